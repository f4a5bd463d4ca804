package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;

/// What the contracts of this release have in common: they are created, told from look-alikes by
/// the hash of their code, and keep a credit for whoever refused a payment.
final class KnownContract {
    static final int MAX_CODE_BYTES = 64 << 10;

    private KnownContract() {}

    /// Creates a contract and waits until a block holds it. The same intent again gives the same
    /// contract.
    ///
    /// @param hash of the code that will stand there
    static Rail deploy(TransactionManager manager, Intent creation, Bytes32 hash, Duration limit)
            throws InterruptedException {
        String key = creation.key();
        TransactionStatus _ = manager.submit(creation);
        // Whoever waits for it wants to read a no when it comes.
        TransactionStatus status =
                manager.await(
                        key,
                        limit,
                        now -> now.inBlock().isPresent() || manager.refusal(key).isPresent());
        TransactionStatus.Receipt receipt =
                status.inBlock().orElseThrow(() -> manager.refusal(key).orElseThrow());
        if (!receipt.succeeded() || receipt.created().isEmpty()) {
            throw LedgerException.mismatch("the chain refused to create the contract");
        }
        return new Rail(manager.chainId(), receipt.created().get(), hash);
    }

    /// Throws unless this is the chain and the known contract stands there: a look-alike is refused
    /// (D17).
    ///
    /// @param hash of the code that this program knows
    static void check(JsonRpc rpc, Rail rail, Bytes32 hash) {
        if (!rail.codeHash().equals(hash)) {
            throw LedgerException.mismatch(
                    "the rail names a contract with code hash "
                            + shortened(rail.codeHash())
                            + "; this program knows "
                            + shortened(hash));
        }
        long chainId = rpc.call("eth_chainId").quantity();
        if (chainId != rail.chainId()) {
            throw LedgerException.mismatch(
                    rpc.name()
                            + " serves chain "
                            + chainId
                            + ", the rail is on chain "
                            + rail.chainId());
        }
        byte[] code =
                rpc.call("eth_getCode", rail.contract().toString(), "latest").data(MAX_CODE_BYTES);
        if (!Bytes32.of(Hashes.keccak256(code)).equals(hash)) {
            throw LedgerException.mismatch(
                    (code.length == 0 ? "no contract" : "another contract")
                            + " stands at "
                            + rail.contract()
                            + ": do not send money there");
        }
    }

    /// What `owner` once refused and can withdraw.
    static Wei credit(JsonRpc rpc, Rail rail, Address owner) {
        CallData call = EscrowAbi.call(EscrowAbi.CREDIT, EscrowAbi.word(owner));
        Map<String, String> request =
                Map.of(
                        "to", rail.contract().toString(),
                        "data", Hex.format(call.expose()));
        Bytes32 word = rpc.call("eth_call", request, "latest").hash();
        return new Wei(new BigInteger(1, word.toByteArray()));
    }

    private static String shortened(Bytes32 hash) {
        return hash.toString().substring(0, 8) + "...";
    }
}
