package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A stranger who fills the contract's history: nobody honest goes blind.
class SpammedChainTest {
    private static final int STRANGER = 5;
    private static final int EACH = 400;

    /// More than one answer may hold.
    private static final int BATCHES = Logs.MAX_LOGS / EACH + 1;

    private final Secret32 key = Rig.newKey();
    private Rig rig;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    /// Opens deals of one wei, all under one xid.
    private void spam(int batches, int each, Bytes32 xid) {
        Wallet stranger = LocalChain.wallet(STRANGER);
        Deal like = rig.deal(Rig.newKey());
        for (int batch = 0; batch < batches; batch++) {
            List<Deal> deals = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                deals.add(
                        new Deal(
                                stranger.address(),
                                stranger.address(),
                                Address.ZERO,
                                Wei.of(1),
                                like.claimBy(),
                                new Bytes32(batch, i, 0, 1),
                                Deal.POINT_LOCK,
                                like.lock(),
                                xid));
            }
            Intent intent =
                    new Intent(
                            "spam",
                            Optional.of(rig.rail.contract()),
                            EscrowAbi.openMany(deals),
                            Wei.of(each),
                            100_000 + 32_000L * each,
                            Rig.ENOUGH,
                            Intent.ANY_TIME,
                            false);
            assertTrue(rig.chain.execute(stranger, intent).succeeded());
        }
    }

    private int found(List<?> topics) {
        AtomicInteger count = new AtomicInteger();
        new Logs(rig.rpc, rig.rail.contract())
                .read(0, rig.chain.tip().number(), topics, page -> count.addAndGet(page.size()));
        return count.get();
    }

    @ParameterizedTest(name = "over a WebSocket: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("12: 10,000 foreign deposits hide neither a lost deposit nor a deal's history")
    void spamHidesNothing(boolean socket) throws IOException, InterruptedException {
        rig.close();
        rig = new Rig(socket);
        Bytes32 xid = Rig.random32();
        Deal deal = rig.deal(key, rig.payee.account(), xid);
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        spam(BATCHES, EACH, xid);
        assertEquals(BATCHES * EACH + 1, found(Logs.hex(EscrowAbi.OPENED)));
        List<DealId> lost =
                Deposits.open(rig.rpc, rig.rail, rig.payer.account()).stream()
                        .map(Deposits.Deposit::deal)
                        .toList();
        assertEquals(List.of(DealHash.of(rig.rail, deal)), lost);
        // The key's reader and the evidence.
        rig.settle(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        DealView view = rig.view(deal);
        assertEquals(DealStatus.CLAIMED, view.finalized());
        assertEquals(Optional.of(new RevealedKey(Bytes32.of(key.expose()))), view.revealed());
        assertEquals(2, rig.escrow.history(rig.rail, deal, 0).size());
    }

    @Test
    @DisplayName("10b: a stranger's 10,000 deals under our xid are no deal of ours")
    void foreignDealsUnderOurXidAreNoneOfOurs() throws InterruptedException {
        Bytes32 xid = Rig.random32();
        Deal deal = rig.deal(key, rig.payee.account(), xid);
        spam(BATCHES, EACH, xid);
        assertFalse(rig.view(deal).otherDeal());
        // One of ours among them still shows.
        Deal other = rig.deal(Rig.newKey(), rig.payee.account(), xid);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, other));
        assertTrue(rig.view(deal).otherDeal());
    }

    @Test
    @DisplayName("10b: a flood of single deals under our xid stops nothing once ours is open")
    void aFloodUnderOurXidStopsNothing() throws InterruptedException {
        Bytes32 xid = Rig.random32();
        Deal deal = rig.deal(key, rig.payee.account(), xid);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        spam(70, 1, xid);
        assertFalse(rig.view(deal).otherDeal());
        assertEquals(DealStatus.OPEN, rig.view(deal).finalized());
        rig.chain.warp(Duration.ofHours(2));
        rig.settle(rig.payer, EscrowCalls.refund(rig.rail, deal));
        assertEquals(DealStatus.REFUNDED, rig.view(deal).finalized());
    }

    @ParameterizedTest
    @ValueSource(strings = {",true]", "txpool_content"})
    @DisplayName(
            "Blocks and pools too full to be read in time keep nobody from following the chain")
    void fullBlocksBlindNobody(String part) throws IOException, InterruptedException {
        try (ChainProxy node = new ChainProxy(rig.chain);
                JsonRpc rpc = JsonRpc.open(node.url(), Duration.ofMillis(300));
                ChainWatcher watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system())) {
            node.hang(part);
            Escrow escrow = new Escrow(watcher, Optional.empty());
            Watch watch = new Watch();
            watcher.add(watch);
            Deal deal = rig.deal(key);
            rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
            rig.settle(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
            long tip = rig.chain.tip().number();
            ChainSnapshot seen =
                    watch.await("the newest block", s -> s.answering() && s.tip().number() >= tip);
            assertEquals(List.of(), seen.alarms());
            DealView view = escrow.view(rig.rail, deal, 0);
            assertEquals(DealStatus.CLAIMED, view.finalized());
            assertTrue(view.revealed().isPresent());
        }
    }

    @Test
    @DisplayName("A node that answers for few blocks at a time is asked for few")
    void aStingyNodeIsAskedForLess() throws IOException, InterruptedException {
        Bytes32 xid = Rig.random32();
        spam(20, 1, xid);
        try (ChainProxy stingy = new ChainProxy(rig.chain)) {
            stingy.lie(
                    "eth_getLogs",
                    truth ->
                            truth.split("logIndex", -1).length > 4
                                    ? "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32005,"
                                            + "\"message\":\"query returned too many results\"}}"
                                    : truth);
            try (JsonRpc rpc = JsonRpc.open(stingy.url())) {
                List<Logs.Event> all = new ArrayList<>();
                new Logs(rpc, rig.rail.contract())
                        .read(0, rig.chain.tip().number(), Logs.hex(EscrowAbi.OPENED), all::addAll);
                assertEquals(20, all.size());
                assertEquals(all.stream().distinct().toList(), all);
            }
        }
    }

    @Test
    @DisplayName("10b: of openings under an awaited xid few are kept, and ours among them")
    void fewForeignOpeningsAreKept() throws InterruptedException {
        Bytes32 xid = Rig.random32();
        Deal deal = rig.deal(key, rig.payee.account(), xid);
        spam(2, EACH, xid);
        spam(70, 1, xid);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        spam(1, EACH, xid);
        EventHistory openings =
                EventHistory.ofXids(
                        rig.rpc,
                        rig.rail,
                        event -> event.deal().equals(DealHash.of(rig.rail, deal)));
        openings.add(xid, 0);
        List<Logs.Event> kept = openings.read(xid, rig.watcher, rig.watcher.refresh());
        assertTrue(kept.size() <= EventHistory.MAX_OTHERS + 2, kept.size() + " are kept");
        assertTrue(kept.size() > EventHistory.MAX_OTHERS, "it shows that it is a flood");
        assertTrue(kept.stream().anyMatch(e -> e.deal().equals(DealHash.of(rig.rail, deal))));
    }
}
