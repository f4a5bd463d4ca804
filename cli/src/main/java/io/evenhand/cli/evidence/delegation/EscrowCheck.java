package io.evenhand.cli.evidence.delegation;

import io.evenhand.cli.evidence.ChainCheck;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.evidence.Sighting;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;
import io.evenhand.ledger.evm.Blocks;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.RpcResult;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Asks a node about the deals of a delegation in its escrow contract.
final class EscrowCheck {
    /// EIP-170 allows 24 KiB.
    private static final int MAX_CODE_BYTES = 64 << 10;

    /// Events of one deal: a handful.
    private static final int MAX_LOGS = 10_000;

    /// Strangers can add some, and more do not fit into an answer.
    private static final int MAX_RECEIPT_LOGS = 60_000;

    private static final int MAX_TOPICS = 4;

    private static final String OPENED = "Opened(bytes32,bytes32)";

    private EscrowCheck() {}

    /// @throws LedgerException if it cannot say, as when it serves another chain
    static ChainCheck of(JsonRpc rpc, Verdict verdict) {
        Rail rail = verdict.order().rail();
        long chain = rpc.call("eth_chainId").quantity();
        if (chain != rail.chainId()) {
            throw LedgerException.mismatch(
                    rpc.name()
                            + " serves chain "
                            + chain
                            + ", the Terms name chain "
                            + rail.chainId()
                            + ": ask a node of that chain");
        }
        long tip = rpc.call("eth_blockNumber").quantity();
        List<String> faults = new ArrayList<>();
        byte[] code =
                rpc.call("eth_getCode", rail.contract().toString(), "latest").data(MAX_CODE_BYTES);
        if (!Bytes32.of(Hashes.keccak256(code)).equals(rail.codeHash())) {
            faults.add("another contract stands at " + rail.contract());
        }
        Map<Sighting, Long> depths = new LinkedHashMap<>();
        Evidence evidence = verdict.evidence();
        for (Evidence.Observed observed : evidence.observations()) {
            Observation seen = observed.observation();
            if (!faults.isEmpty() || !confirmed(rpc, rail.contract(), seen, tip)) {
                faults.add(
                        seen.kind()
                                + " of deal 0x"
                                + seen.dealId()
                                + " in transaction 0x"
                                + seen.transaction());
            } else {
                depths.put(seen, Math.max(0, tip - seen.blockNumber()));
            }
        }
        List<String> notes = new ArrayList<>();
        if (!rail.codeHash().equals(EscrowCode.hash())) {
            // D17: whoever signs both sides of Terms can name a contract that says anything.
            notes.add(
                    "The contract in the Terms is not the escrow that this program knows (its code"
                            + " has the hash "
                            + rail.codeHash()
                            + "): what it says about payments is worth what its author is.");
        }
        for (Evidence.Deposit deposit : evidence.deposits()) {
            note(rpc, rail, deposit.deal(), evidence, tip, notes);
        }
        return new ChainCheck(rpc.name(), chain, tip, depths, faults, notes);
    }

    /// A deposit that the customer signed and nobody says to have seen.
    private static void note(
            JsonRpc rpc, Rail rail, Deal deal, Evidence evidence, long tip, List<String> notes) {
        DealId dealId = DealHash.of(rail, deal);
        boolean observed =
                evidence.observations().stream()
                        .map(Evidence.Observed::observation)
                        .anyMatch(o ->
                                o.kind() == Observation.Kind.OPENED && o.dealId().equals(dealId));
        if (observed) {
            return;
        }
        boolean found;
        try {
            found = wasOpened(rpc, rail, dealId, tip);
        } catch (LedgerException e) {
            if (e.isPassing()) {
                throw e;
            }
            notes.add(
                    "The node does not search all its blocks for the deposit 0x"
                            + dealId
                            + ", of which the customer signed a notice.");
            return;
        }
        notes.add(
                found
                        ? "The node knows the deposit 0x"
                                + dealId
                                + " that the customer gave notice of."
                        : "Up to its block "
                                + tip
                                + " the node knows no deposit 0x"
                                + dealId
                                + ", of which the customer signed a notice. The notice is signed"
                                + " when the deposit is sent, so this alone is no fault.");
    }

    private static boolean wasOpened(JsonRpc rpc, Rail rail, DealId dealId, long tip) {
        Map<String, Object> filter =
                Map.of(
                        "address",
                        rail.contract().toString(),
                        "fromBlock",
                        "0x0",
                        "toBlock",
                        Blocks.quantity(tip),
                        "topics",
                        List.of("0x" + event(OPENED), "0x" + dealId));
        return !rpc.call("eth_getLogs", filter).list(MAX_LOGS).isEmpty();
    }

    private static boolean confirmed(JsonRpc rpc, Address contract, Observation seen, long tip) {
        RpcResult block =
                Blocks.named(
                        rpc, "eth_getBlockByNumber", Blocks.quantity(seen.blockNumber()), false);
        if (block.isNull() && seen.blockNumber() > tip) {
            throw LedgerException.lacking(
                    "the newest block of %s is %d, the evidence speaks of block %d: ask again later, or another node"
                            .formatted(rpc.name(), tip, seen.blockNumber()));
        }
        if (block.isNull()
                || !block.field("hash").hash().equals(seen.block())
                || block.field("timestamp").quantity() != seen.blockTime()) {
            return false;
        }
        return logged(rpc, contract, seen) || inReceipt(rpc, contract, seen);
    }

    /// Asks for the events of this one deal: anybody may have filled its transaction and its block
    /// with others.
    private static boolean logged(JsonRpc rpc, Address contract, Observation seen) {
        Map<String, Object> filter =
                Map.of(
                        "address", contract.toString(),
                        "fromBlock", Blocks.quantity(seen.blockNumber()),
                        "toBlock", Blocks.quantity(seen.blockNumber()),
                        "topics", List.of(hex(events(seen.kind())), "0x" + seen.dealId()));
        return rpc.call("eth_getLogs", filter).list(MAX_LOGS).stream()
                .anyMatch(log -> says(log, contract, seen));
    }

    /// A node's index of logs may be some blocks behind its chain.
    private static boolean inReceipt(JsonRpc rpc, Address contract, Observation seen) {
        RpcResult receipt =
                Blocks.named(rpc, "eth_getTransactionReceipt", "0x" + seen.transaction());
        return !receipt.isNull()
                && receipt.field("blockHash").hash().equals(seen.block())
                && receipt.field("logs").list(MAX_RECEIPT_LOGS).stream()
                        .anyMatch(log -> says(log, contract, seen));
    }

    private static List<String> hex(Set<Bytes32> topics) {
        return topics.stream().map(topic -> "0x" + topic).toList();
    }

    private static boolean says(RpcResult log, Address contract, Observation seen) {
        List<RpcResult> topics = log.field("topics").list(MAX_TOPICS);
        return log.field("address").address().equals(contract)
                && log.field("transactionHash").hash().equals(seen.transaction())
                && log.field("blockHash").hash().equals(seen.block())
                && topics.size() >= 2
                && events(seen.kind()).contains(topics.getFirst().hash())
                && topics.get(1).hash().equals(seen.dealId().value())
                && seen.key()
                        .map(key -> log.field("data").data(MAX_CODE_BYTES))
                        .map(data ->
                                data.length == 32
                                        && seen.key().get().scalar().equals(Bytes32.of(data)))
                        .orElse(true);
    }

    private static Set<Bytes32> events(Observation.Kind kind) {
        return switch (kind) {
            case OPENED -> Set.of(event(OPENED));
            case CLAIMED -> Set.of(event("Revealed(bytes32,bytes32)"));
            case REFUNDED -> Set.of(event("Refunded(bytes32)"), event("Released(bytes32)"));
        };
    }

    private static Bytes32 event(String signature) {
        return Bytes32.of(Hashes.keccak256(signature.getBytes(StandardCharsets.US_ASCII)));
    }
}
