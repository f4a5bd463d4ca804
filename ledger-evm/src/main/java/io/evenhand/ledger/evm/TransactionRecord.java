package io.evenhand.ledger.evm;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// What the journal keeps of one transaction: the request, every signed form of it, its status.
///
/// The bytes hold whatever secret the call holds: the journal must be guarded like the key store.
public record TransactionRecord(
        Intent intent,
        long chainId,
        Address account,
        List<Attempt> attempts,
        TransactionStatus status) {
    /// Each raises the fee by an eighth at least: sixty multiply it by a thousand.
    static final int MAX_ATTEMPTS = 64;

    /// One signed form.
    ///
    /// @param tipAtSigning number of the newest block when it was signed
    /// @param handedOver a node has certainly seen the bytes; the secret in them is shown (R4)
    public record Attempt(
            long nonce,
            Bytes32 hash,
            CallData raw,
            Wallet.Fee fee,
            long tipAtSigning,
            boolean handedOver) {
        /// The gas it may use, as signed.
        public long gasLimit() {
            return SignedForm.gasLimit(raw);
        }
    }

    public TransactionRecord {
        attempts = List.copyOf(attempts);
    }

    /// Whether any node has seen it: from then on there is no way back.
    public boolean handedOver() {
        return attempts.stream().anyMatch(Attempt::handedOver);
    }

    TransactionRecord with(Attempt attempt) {
        List<Attempt> more = new ArrayList<>(attempts);
        more.add(attempt);
        return new TransactionRecord(intent, chainId, account, more, status);
    }

    TransactionRecord with(TransactionStatus newStatus) {
        return new TransactionRecord(intent, chainId, account, attempts, newStatus);
    }

    TransactionRecord with(Intent newIntent) {
        return new TransactionRecord(newIntent, chainId, account, attempts, status);
    }

    TransactionRecord withHandedOver(Bytes32 hash) {
        List<Attempt> marked = new ArrayList<>();
        for (Attempt a : attempts) {
            marked.add(
                    a.hash().equals(hash)
                            ? new Attempt(a.nonce(), hash, a.raw(), a.fee(), a.tipAtSigning(), true)
                            : a);
        }
        return new TransactionRecord(intent, chainId, account, marked, status);
    }

    // The stored form: version, then canonical CBOR.

    private static final int VERSION = 1;
    private static final int MAX_TEXT = 1_000;

    private record StoredAttempt(
            long nonce,
            Bytes32 hash,
            @Limit(CallData.MAX_HEX) String raw,
            Wei maxPerGas,
            Wei tipPerGas,
            long tipAtSigning,
            boolean handedOver) {}

    private record Stored(
            int version,
            String key,
            Optional<Address> to,
            @Limit(CallData.MAX_HEX) String data,
            Wei value,
            long gasLimit,
            Wei maxTotalFee,
            long handOverBy,
            boolean secret,
            long chainId,
            Address account,
            @Limit(MAX_ATTEMPTS) List<StoredAttempt> attempts,
            String status,
            @Limit(4 * MAX_TEXT) String text,
            Optional<TransactionStatus.Receipt> receipt) {}

    /// The bytes that a journal stores.
    public byte[] encode() {
        List<StoredAttempt> stored = new ArrayList<>();
        for (Attempt a : attempts) {
            stored.add(
                    new StoredAttempt(
                            a.nonce(),
                            a.hash(),
                            Hex.format(a.raw().expose()),
                            new Wei(a.fee().maxPerGas()),
                            new Wei(a.fee().tipPerGas()),
                            a.tipAtSigning(),
                            a.handedOver()));
        }
        String text =
                switch (status) {
                    case TransactionStatus.Pending(String trouble) -> trouble;
                    case TransactionStatus.Held(String why) -> why;
                    case TransactionStatus.Included _,
                            TransactionStatus.Final _,
                            TransactionStatus.Failed _ ->
                            "";
                };
        return Records.encode(
                new Stored(
                        VERSION,
                        intent.key(),
                        intent.to(),
                        Hex.format(intent.data().expose()),
                        intent.value(),
                        intent.gasLimit(),
                        intent.maxTotalFee(),
                        intent.handOverBy(),
                        intent.secret(),
                        chainId,
                        account,
                        stored,
                        status.getClass().getSimpleName(),
                        text.substring(0, Math.min(text.length(), MAX_TEXT)),
                        status.inBlock()));
    }

    /// Reads what {@link #encode()} wrote.
    public static TransactionRecord decode(byte[] bytes) {
        TransactionRecord record;
        try {
            record = read(Records.decode(Stored.class, bytes));
        } catch (IllegalArgumentException | NoSuchElementException e) {
            throw new MalformedException("journal: transaction: " + e.getMessage(), e);
        }
        if (!Arrays.equals(record.encode(), bytes)) {
            throw new MalformedException("journal: transaction: not the canonical encoding");
        }
        return record;
    }

    private static TransactionRecord read(Stored s) {
        if (s.version() != VERSION) {
            throw new MalformedException(
                    "journal: transaction of version " + s.version() + ", this program reads 1");
        }
        List<Attempt> attempts = new ArrayList<>();
        for (StoredAttempt a : s.attempts()) {
            attempts.add(
                    new Attempt(
                            a.nonce(),
                            a.hash(),
                            CallData.of(Hex.parse(a.raw())),
                            new Wallet.Fee(a.maxPerGas().value(), a.tipPerGas().value()),
                            a.tipAtSigning(),
                            a.handedOver()));
        }
        Intent intent =
                new Intent(
                        s.key(),
                        s.to(),
                        CallData.of(Hex.parse(s.data())),
                        s.value(),
                        s.gasLimit(),
                        s.maxTotalFee(),
                        s.handOverBy(),
                        s.secret());
        return new TransactionRecord(intent, s.chainId(), s.account(), attempts, status(s));
    }

    private static TransactionStatus status(Stored s) {
        return switch (s.status()) {
            case "Pending" -> new TransactionStatus.Pending(s.text());
            case "Held" -> new TransactionStatus.Held(s.text());
            case "Included" -> new TransactionStatus.Included(s.receipt().orElseThrow());
            case "Final" -> new TransactionStatus.Final(s.receipt().orElseThrow());
            case "Failed" -> new TransactionStatus.Failed(s.receipt().orElseThrow());
            default -> throw new MalformedException("journal: no status \"" + s.status() + "\"");
        };
    }
}
