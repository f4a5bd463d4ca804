package io.evenhand.cli.command;

import io.evenhand.delegation.evidence.Evidence;
import io.evenhand.delegation.evidence.Observation;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.Answer;
import io.evenhand.ledger.evm.JsonRpc;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Whether a node confirms what a bundle's keeper says it saw on the chain.
final class ChainCheck {
    /// EIP-170 allows 24 KiB.
    private static final int MAX_CODE_BYTES = 64 << 10;

    /// Logs of one transaction; a batch of 150 deals has 150.
    private static final int MAX_LOGS = 10_000;

    private static final int MAX_TOPICS = 4;

    private ChainCheck() {}

    /// One line for everything that the node does not confirm.
    static List<String> faults(JsonRpc rpc, Evidence evidence) {
        List<String> faults = new ArrayList<>();
        Rail rail = evidence.terms().order().rail();
        long chain = rpc.call("eth_chainId").quantity();
        if (chain != rail.chainId()) {
            return List.of(
                    rpc.name() + " serves chain " + chain + ", the Terms name " + rail.chainId());
        }
        byte[] code =
                rpc.call("eth_getCode", rail.contract().toString(), "latest").data(MAX_CODE_BYTES);
        if (!Bytes32.of(Hashes.keccak256(code)).equals(rail.codeHash())) {
            faults.add("another contract stands at " + rail.contract());
        }
        for (Evidence.Observed observed : evidence.observations()) {
            Observation seen = observed.observation();
            if (!confirmed(rpc, rail.contract(), seen)) {
                faults.add(
                        seen.kind()
                                + " of deal 0x"
                                + seen.dealId()
                                + " in transaction 0x"
                                + seen.transaction());
            }
        }
        return faults;
    }

    private static boolean confirmed(JsonRpc rpc, Address contract, Observation seen) {
        Answer receipt = rpc.call("eth_getTransactionReceipt", "0x" + seen.transaction());
        if (receipt.isNull()
                || !receipt.field("blockHash").hash().equals(seen.block())
                || receipt.field("blockNumber").quantity() != seen.blockNumber()) {
            return false;
        }
        Answer block =
                rpc.call(
                        "eth_getBlockByNumber", "0x" + Long.toHexString(seen.blockNumber()), false);
        if (block.isNull()
                || !block.field("hash").hash().equals(seen.block())
                || block.field("timestamp").quantity() != seen.blockTime()) {
            return false;
        }
        return receipt.field("logs").list(MAX_LOGS).stream()
                .anyMatch(log -> says(log, contract, seen));
    }

    private static boolean says(Answer log, Address contract, Observation seen) {
        List<Answer> topics = log.field("topics").list(MAX_TOPICS);
        return log.field("address").address().equals(contract)
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
            case OPENED -> Set.of(event("Opened(bytes32,bytes32)"));
            case CLAIMED -> Set.of(event("Revealed(bytes32,bytes32)"));
            case REFUNDED -> Set.of(event("Refunded(bytes32)"), event("Released(bytes32)"));
        };
    }

    private static Bytes32 event(String signature) {
        return Bytes32.of(Hashes.keccak256(signature.getBytes(StandardCharsets.US_ASCII)));
    }
}
