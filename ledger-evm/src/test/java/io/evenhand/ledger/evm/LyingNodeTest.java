package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The rail on a node that lies or breaks in one place at a time.
class LyingNodeTest {
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
        watcher = ChainWatcher.start(rpc, Rig.FAST, InstantSource.system());
        escrow = new Escrow(watcher, Optional.empty());
    }

    @AfterEach
    void stop() {
        watcher.close();
        rpc.close();
        node.close();
        rig.close();
    }

    private Deal opened() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        ChainSnapshot _ = watcher.refresh();
        return deal;
    }

    private LedgerException failure(Deal deal) {
        LedgerException e =
                assertThrows(LedgerException.class, () -> escrow.view(rig.rail, deal, 0));
        assertFalse(String.valueOf(e.getMessage()).contains("\n"));
        return e;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"",
                "\"0x00\"",
                "null",
                "{}",
                "12"
            })
    void aWordThatIsNoTimestampIsMalformed(String word) throws InterruptedException {
        Deal deal = opened();
        node.result("eth_getStorageAt", word);
        assertInstanceOf(LedgerException.Kind.Malformed.class, failure(deal).kind());
    }

    @Test
    @DisplayName("16e: storage that contradicts the events is an error and not a status")
    void contradictionIsMalformed() throws InterruptedException {
        Deal deal = opened();
        node.result("eth_getStorageAt", "\"0x" + "0".repeat(64) + "\"");
        LedgerException e = failure(deal);
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("storage says"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"address,0x00000000000000000000000000000000000000aa", "blockNumber,0xffffff"})
    void logsThatWereNotAskedForAreMalformed(String field, String value)
            throws InterruptedException {
        Deal deal = opened();
        node.lie(
                "eth_getLogs",
                truth ->
                        truth.replaceAll(
                                "\"" + field + "\":\"[^\"]*\"",
                                "\"" + field + "\":\"" + value + "\""));
        assertInstanceOf(LedgerException.Kind.Malformed.class, failure(deal).kind());
    }

    @Test
    void aNodeThatLosesOldStatesIsNamed() throws InterruptedException {
        Deal deal = opened();
        node.lie(
                "eth_getStorageAt",
                _ ->
                        "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"missing trie"
                                + " node\"}}");
        LedgerException e = failure(deal);
        assertInstanceOf(LedgerException.Kind.Refused.class, e.kind());
        assertTrue(String.valueOf(e.getMessage()).contains("missing trie node"));
    }

    @Test
    @DisplayName("16e: a deposit that only one of two endpoints calls final is not final")
    void twoEndpointsMustAgreeOnFinality() throws InterruptedException, IOException {
        Deal deal = rig.deal(Rig.newKey());
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        // The liar calls the newest block final.
        ChainWatcher.Settings tag =
                new ChainWatcher.Settings(
                        FinalityPolicy.tag(), Rig.FAST.poll(), Rig.FAST.heartbeat());
        node.lie("finalized", this::latest);
        try (ChainWatcher fooled = ChainWatcher.start(rpc, tag, InstantSource.system());
                ChainWatcher careful =
                        ChainWatcher.start(
                                rpc,
                                tag,
                                Optional.of(new SecondOpinion(rig.rpc)),
                                InstantSource.system())) {
            Escrow naive = new Escrow(fooled, Optional.empty());
            assertEquals(DealStatus.OPEN, naive.view(rig.rail, deal, 0).finalized());
            Escrow checked = new Escrow(careful, Optional.empty());
            assertEquals(DealStatus.ABSENT, checked.view(rig.rail, deal, 0).finalized());
            Watch watch = new Watch();
            careful.add(watch);
            Alarm alarm = watch.awaitAlarm(ChainAlarm.EndpointsDisagree.class);
            assertTrue(alarm.line().contains("is final at the first alone"), alarm.line());
        }
    }

    /// The newest block, in answer to the request that this is the truth for.
    private String latest(String truth) {
        Header tip = rig.chain.tip();
        return """
        {"id":ID,"result":{"number":"0x%x","hash":"0x%s","parentHash":"0x%s",\
        "timestamp":"0x%x"}}\
        """
                .formatted(tip.number(), tip.hash(), tip.parentHash(), tip.timestamp())
                .replace("ID", truth.replaceAll("(?s).*\"id\":(\\d+).*", "$1"));
    }

    @Test
    void aSecondEndpointThatReadsAnotherStateIsAnAlarm() throws InterruptedException, IOException {
        Deal deal = opened();
        try (JsonRpc honest = JsonRpc.open(rig.chain.httpUrl());
                ChainWatcher checked =
                        ChainWatcher.start(
                                honest,
                                Rig.FAST,
                                Optional.of(new SecondOpinion(rpc)),
                                InstantSource.system())) {
            Escrow checking = new Escrow(checked, Optional.empty());
            assertEquals(DealStatus.OPEN, checking.view(rig.rail, deal, 0).finalized());
            node.result("eth_getStorageAt", "\"0x" + "0".repeat(64) + "\"");
            // A deal is read once for each final block.
            rig.chain.mine(1);
            ChainSnapshot _ = checked.refresh();
            LedgerException e =
                    assertThrows(LedgerException.class, () -> checking.view(rig.rail, deal, 0));
            assertInstanceOf(LedgerException.Kind.Contradicted.class, e.kind());
        }
    }

    @Test
    @DisplayName("R4, decisions 11: a key leaves the process in the signed claim and nowhere else")
    void theSecretTravelsInTheSignedClaimOnly() throws InterruptedException {
        var key = Rig.newKey();
        Deal deal = rig.deal(key);
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        try (TransactionManager manager =
                TransactionManager.start(
                        watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(3),
                        new MemoryJournal(),
                        FeePolicy.standard())) {
            Intent claim = EscrowCalls.claim(rig.rail, deal, key);
            TransactionStatus _ = manager.submit(claim);
            TransactionStatus _ =
                    manager.await(claim.key(), Rig.PATIENCE, s -> s.inBlock().isPresent());
            rig.chain.mine(Rig.DEPTH);
            TransactionStatus _ =
                    manager.await(claim.key(), Rig.PATIENCE, TransactionStatus::isFinished);
        }
        String secret = Hex.format(key.expose()).substring(2);
        List<String> carriers = node.requests.stream().filter(r -> r.contains(secret)).toList();
        // It may be sent twice: a node that takes it into a block may not show it for a moment.
        assertFalse(carriers.isEmpty());
        assertTrue(carriers.stream().allMatch(r -> r.contains("\"eth_sendRawTransaction\"")));
        String contract = rig.rail.contract().toString();
        assertTrue(
                node.requests.stream()
                        .filter(r -> r.contains("eth_estimateGas"))
                        .noneMatch(r -> r.contains(contract)));
        assertTrue(node.requests.stream().noneMatch(r -> r.contains("\"eth_call\"")));
    }

    @Test
    void anEchoedClaimDoesNotReachTheStatus() throws InterruptedException {
        var key = Rig.newKey();
        Deal deal = opened();
        String secret = Hex.format(key.expose()).substring(2);
        node.lie(
                "eth_sendRawTransaction",
                truth ->
                        truth.replaceFirst(
                                "\"result\":.*$",
                                "\"error\":{\"code\":-32000,\"message\":\"cannot decode 0x02f8"
                                        + secret
                                        + "\"}}"));
        try (TransactionManager manager =
                TransactionManager.start(
                        watcher,
                        LocalChain.CHAIN_ID,
                        LocalChain.wallet(3),
                        new MemoryJournal(),
                        FeePolicy.standard())) {
            TransactionStatus status = manager.submit(EscrowCalls.claim(rig.rail, deal, key));
            assertFalse(status.toString().contains(secret), status.toString());
            // Refused or not: the node has it, so it is shown.
            assertTrue(manager.handedOver(EscrowCalls.claimKey(rig.rail, deal)));
        }
    }

    @Test
    void withoutFeeHistoryTheBaseFeeIsEnough() throws InterruptedException {
        node.lie(
                "eth_feeHistory", _ -> "{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}");
        node.lie(
                "eth_maxPriorityFeePerGas",
                _ -> "{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}");
        FeePolicy.Market market = FeePolicy.market(rpc, rig.chain.tip());
        assertTrue(market.nextBaseFee().compareTo(rig.chain.tip().baseFee().orElseThrow()) >= 0);
        assertEquals(Wei.parse("1 gwei").value(), market.tip());
        node.tellTheTruth();
        node.lie(
                "eth_feeHistory",
                truth ->
                        truth.replaceFirst(
                                "\"reward\":.*\\]\\]", "\"reward\":[[\"0xffffffffffffff\"]]"));
        assertTrue(
                FeePolicy.market(rpc, rig.chain.tip()).tip().compareTo(Wei.parse("3 gwei").value())
                        <= 0);
    }

    @Test
    void aPoolThatIsNotShownIsNoError() throws InterruptedException {
        node.lie(
                "txpool_content", _ -> "{\"id\":1,\"error\":{\"code\":-32601,\"message\":\"no\"}}");
        var key = Rig.newKey();
        Deal deal = rig.deal(key);
        rig.settle(rig.payer, EscrowCalls.open(rig.rail, deal));
        assertEquals(Optional.empty(), escrow.view(rig.rail, deal, 0).revealed());
        rig.chain.setMining(new LocalChain.Mining.Manual());
        TransactionStatus _ = rig.payee.submit(EscrowCalls.claim(rig.rail, deal, key));
        // The pending block shows it instead.
        Watch watch = new Watch();
        watcher.add(watch);
        while (escrow.view(rig.rail, deal, 0).revealed().isEmpty()) {
            ChainSnapshot _ = watch.await("the key", _ -> true);
        }
        assertTrue(
                node.requests.stream().filter(r -> r.contains("txpool_content")).count() <= 1,
                "asked for a pool that is not there");
    }

    @Test
    void aParentThatIsAnotherBlockIsMalformed() {
        HeaderChain chain =
                new HeaderChain(
                        new HeaderChain.Source() {
                            @Override
                            public Header byHash(Bytes32 hash) {
                                return rig.chain.tip();
                            }

                            @Override
                            public Header byNumber(long number) {
                                return rig.chain.tip();
                            }
                        });
        rig.chain.mine(2);
        HeaderChain.Advance _ = chain.advance(Blocks.byNumber(rig.rpc, "0x1"));
        assertThrows(LedgerException.class, () -> chain.advance(rig.chain.tip()));
        assertEquals(1, chain.tip().orElseThrow().number());
    }

    @Test
    @DisplayName("16e: an opening that events show and storage does not is never final")
    void anInventedOpeningIsNeverFinal() throws InterruptedException {
        Deal deal = rig.deal(Rig.newKey());
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).tip());
        node.result("eth_getStorageAt", "\"0x" + "0".repeat(64) + "\"");
        rig.include(rig.payer, EscrowCalls.open(rig.rail, deal));
        ChainSnapshot _ = watcher.refresh();
        assertEquals(DealStatus.OPEN, escrow.follow(rig.rail, deal, 0).tip());
        assertEquals(DealStatus.ABSENT, escrow.follow(rig.rail, deal, 0).finalized());
        // Whoever is about to pay or to show a key reads storage.
        assertTrue(String.valueOf(failure(deal).getMessage()).contains("storage says"));
        rig.chain.mine(Rig.DEPTH);
        ChainSnapshot _ = watcher.refresh();
        LedgerException e =
                assertThrows(LedgerException.class, () -> escrow.follow(rig.rail, deal, 0));
        assertInstanceOf(LedgerException.Kind.Malformed.class, e.kind());
    }
}
