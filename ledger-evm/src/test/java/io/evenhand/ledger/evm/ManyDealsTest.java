package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.DealId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is asked of an endpoint for many deals, and on a chain of many blocks a second.
class ManyDealsTest {
    /// Looks only when it is told to.
    private static final ChainWatcher.Settings ASKED =
            new ChainWatcher.Settings(
                    FinalityPolicy.depth(Rig.DEPTH), Duration.ofHours(1), Duration.ofHours(1));

    private Rig rig;
    private ChainProxy node;
    private JsonRpc rpc;
    private ChainWatcher watcher;
    private Escrow escrow;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        rig = new Rig();
        node = new ChainProxy(rig.chain);
        rpc = JsonRpc.open(node.url());
        watcher = ChainWatcher.start(rpc, ASKED, InstantSource.system());
        escrow = new Escrow(watcher, Optional.empty());
    }

    @AfterEach
    void stop() {
        watcher.close();
        rpc.close();
        node.close();
        rig.close();
    }

    private long asked(String method) {
        return node.requests.stream().filter(r -> r.contains("\"" + method + "\"")).count();
    }

    private List<DealStatus> followAll(List<Deal> deals) {
        return deals.stream().map(deal -> escrow.follow(rig.rail, deal, 0).tip()).toList();
    }

    @Test
    @DisplayName("A new block costs two questions for events, however many deals are followed")
    void aBlockIsAskedAboutOnce() throws InterruptedException {
        List<Deal> deals = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            deals.add(rig.deal(Rig.newKey()));
        }
        List<Deal> opened = deals.subList(0, 6);
        for (Deal deal : opened) {
            rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        }
        rig.chain.mine(Rig.DEPTH);
        ChainSnapshot _ = watcher.refresh();
        List<DealStatus> before = followAll(deals);
        assertEquals(6, before.stream().filter(DealStatus.OPEN::equals).count());
        assertEquals(6, before.stream().filter(DealStatus.ABSENT::equals).count());
        long logs = asked("eth_getLogs");
        long words = asked("eth_getStorageAt");
        rig.chain.mine(1);
        ChainSnapshot _ = watcher.refresh();
        assertEquals(before, followAll(deals));
        assertEquals(before, followAll(deals));
        assertEquals(logs + 2, asked("eth_getLogs"));
        assertEquals(words, asked("eth_getStorageAt"), "nothing happened to any of them");
    }

    @Test
    @DisplayName("Of many blocks that share a timestamp the newest is read, and a claim is seen")
    void blocksOfOneSecondAreNotReadOneByOne() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key);
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.include(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        long blocks = asked("eth_getBlockByHash");
        rig.chain.mine(60);
        ChainSnapshot now = watcher.refresh();
        assertEquals(rig.chain.tip().number(), now.tip().number());
        assertTrue(asked("eth_getBlockByHash") <= blocks + 1, "read whole");
        assertEquals(DealStatus.CLAIMED, escrow.follow(rig.rail, deal, 0).finalized());
        assertTrue(escrow.follow(rig.rail, deal, 0).revealed().isPresent());
    }

    @Test
    @DisplayName("A reorg below many new blocks is noticed, and what it took back is gone")
    void aReorgBelowManyBlocks() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        rig.chain.mine(60);
        ChainSnapshot before = watcher.refresh();
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        ChainSnapshot _ = watcher.refresh();
        assertEquals(DealStatus.OPEN, escrow.follow(rig.rail, deal, 0).tip());
        rig.payer.close();
        rig.chain.reorg(4);
        rig.chain.mine(60);
        ChainSnapshot after = watcher.refresh();
        assertTrue(after.reorgDepth() > 0);
        assertTrue(after.epoch() > before.epoch());
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
    }

    @Test
    @DisplayName("Deals that are followed anew share one question, and others ask nothing again")
    void newDealsShareAQuestion() throws InterruptedException {
        Deal old = rig.deal(Rig.newKey());
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, old, 0).tip());
        Map<Deal, Long> deals = new LinkedHashMap<>();
        for (int i = 0; i < 6; i++) {
            rig.chain.mine(1);
            ChainSnapshot now = watcher.refresh();
            Deal deal = rig.deal(Rig.newKey());
            deals.put(deal, now.tip().number() - 1);
            escrow.expect(rig.rail, deal, now.tip().number() - 1);
        }
        long logs = asked("eth_getLogs");
        deals.forEach((deal, from) ->
                assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, from).tip()));
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, old, 0).tip());
        assertEquals(logs + 1, asked("eth_getLogs"));
    }

    @Test
    @DisplayName("An opening costs one word of storage, when it is final")
    void anOpeningIsSettledOnce() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        ChainSnapshot _ = watcher.refresh();
        DealView waiting = escrow.follow(rig.rail, deal, 0);
        assertEquals(DealStatus.OPEN, waiting.tip());
        assertEquals(DealStatus.ABSENT, waiting.finalized());
        assertEquals(0, asked("eth_getStorageAt"));
        rig.chain.mine(Rig.DEPTH);
        ChainSnapshot _ = watcher.refresh();
        DealView settled = escrow.follow(rig.rail, deal, 0);
        assertEquals(DealStatus.OPEN, settled.finalized());
        assertEquals(waiting.openedAt(), settled.openedAt());
        assertEquals(1, asked("eth_getStorageAt"));
        assertEquals(settled, escrow.view(rig.rail, deal, 0));
        assertEquals(2, asked("eth_getStorageAt"), "who looks closely reads the newest word too");
    }

    @Test
    @DisplayName("What happened to a deal that was followed to its end is told without a question")
    void thePastIsKnown() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key);
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.settle(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        ChainSnapshot _ = watcher.refresh();
        assertEquals(DealStatus.CLAIMED, escrow.follow(rig.rail, deal, 0).finalized());
        escrow.forget(rig.rail, deal);
        int before = node.asked();
        List<DealMoment> past = escrow.history(rig.rail, deal, 0);
        assertEquals(before, node.asked());
        assertEquals(new Escrow(rig.watcher, Optional.empty()).history(rig.rail, deal, 0), past);
        assertEquals(2, past.size());
    }

    @Test
    @DisplayName("What was followed to an end that is not final is read of the chain for evidence")
    void aPastThatIsNotFinalIsRead() throws InterruptedException {
        Secret32 key = Rig.newKey();
        Deal deal = rig.deal(key);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        rig.chain.mine(Rig.DEPTH);
        rig.include(rig.payee, EscrowCalls.claim(rig.rail, deal, key));
        ChainSnapshot _ = watcher.refresh();
        assertEquals(DealStatus.CLAIMED, escrow.follow(rig.rail, deal, 0).tip());
        escrow.forget(rig.rail, deal);
        assertEquals(1, escrow.history(rig.rail, deal, 0).size());
        rig.chain.mine(Rig.DEPTH);
        assertEquals(2, escrow.history(rig.rail, deal, 0).size());
    }

    @Test
    @DisplayName("A question that fails for one awaited opening fails for no other")
    void oneOpeningThatCannotBeReadHidesNoOther() throws InterruptedException {
        Deal odd = rig.deal(Rig.newKey());
        Deal open = rig.deal(Rig.newKey());
        Deal awaited = rig.deal(Rig.newKey());
        List<Deal> deals = List.of(odd, open, awaited);
        rig.include(rig.payer, EscrowCalls.open(rig.rail, open));
        ChainSnapshot _ = watcher.refresh();
        assertEquals(
                List.of(DealStatus.ABSENT, DealStatus.OPEN, DealStatus.ABSENT), followAll(deals));
        node.lie(
                "0x" + odd.termsHash(),
                _ -> "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"no such topic\"}}");
        rig.include(rig.payer, EscrowCalls.open(rig.rail, awaited));
        ChainSnapshot _ = watcher.refresh();
        assertEquals(List.of(DealStatus.OPEN, DealStatus.OPEN), followAll(List.of(awaited, open)));
        assertThrows(LedgerException.class, () -> escrow.follow(rig.rail, odd, 0));
    }

    @Test
    @DisplayName("Whoever looks at a deal that was forgotten meanwhile takes nobody's place")
    void aDealThatIsForgottenMeanwhile() {
        DealReader reader = new DealReader(watcher, rig.rail);
        Deal deal = rig.deal(Rig.newKey());
        DealId id = DealHash.of(rig.rail, deal);
        WatchedDeal old = new WatchedDeal(deal, id, 1);
        WatchedDeal anew = new WatchedDeal(deal, id, 0);
        ChainSnapshot chain = watcher.refresh();
        reader.add(old);
        reader.remove(old);
        reader.add(anew);
        LedgerException e =
                assertThrows(LedgerException.class, () -> reader.read(old, chain, false));
        assertTrue(e.isPassing(), "it is tried again");
        assertEquals(DealStatus.ABSENT, reader.read(anew, chain, false).tip());
        reader.remove(anew);
        assertThrows(LedgerException.class, () -> reader.read(anew, chain, false));
    }
}
