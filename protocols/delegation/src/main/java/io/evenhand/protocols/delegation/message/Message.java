package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.SealId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import java.util.Optional;

/// One message between two parties. Secrets (psk, seed) and bulk (input, hidden data, work, chunks)
/// travel beside it; the message names them, and the receiver's edge computes those names from the
/// bytes it really holds.
public sealed interface Message {
    /// Largest policy text in bytes: one line, which may hold a WebAssembly module of 128 KiB.
    int MAX_POLICY_BYTES = 176 * 1024;

    /// Largest attestation evidence in bytes: a TDX quote with its collateral is below 32 KiB.
    int MAX_EVIDENCE_BYTES = 65_536;

    /// Customer to stamper: make a stamp key for one exchange.
    @Kind("AskStampKey")
    record AskStampKey(Bytes32 nonce) implements Message {}

    /// Stamper to customer: the stamp key with the evidence that it was made inside.
    @Kind("StampKeyMade")
    record StampKeyMade(
            Bytes32 nonce,
            PublicKey stampKey,
            String profile,
            @Limit(MAX_EVIDENCE_BYTES) Octets evidence,
            Signature signature)
            implements Message {}

    /// T1, customer to provider.
    @Kind("Offer")
    record Offer(
            Order order,
            PublicKey stampKey,
            @Limit(MAX_POLICY_BYTES) String policy,
            Bytes32 policySalt,
            Bytes32 inputSalt)
            implements Message {}

    /// T2, provider to customer: the completed Terms, signed, with the proof of possession of the
    /// work key.
    @Kind("Accept")
    record Accept(Terms terms, Signature possession, Signature signature) implements Message {}

    /// T3, customer to stamper; the hidden data and the psk travel beside it.
    ///
    /// @param hidden commitment that the receiver computed over the hidden data it holds, with the
    ///   salt it was given
    /// @param psk handle of the psk that the receiver was given
    @Kind("Provision")
    record Provision(
            Terms terms,
            Signature customer,
            Signature provider,
            @Limit(MAX_POLICY_BYTES) String policy,
            Bytes32 policySalt,
            Bytes32 hidden,
            KeyId psk)
            implements Message {}

    /// Stamper to customer, who passes it on in {@link Start} (16a).
    @Kind("Ready")
    record Ready(Xid xid, Signature signature) implements Message {}

    /// T2 and T4, customer to provider: the customer's signature on the Terms, the stamper's Ready
    /// and the psk.
    @Kind("Start")
    record Start(Xid xid, Signature customer, Signature ready, KeyId psk) implements Message {}

    /// T5, provider to stamper; the work and the seed travel beside it.
    ///
    /// @param work plaintext root of the work that the receiver holds in its own spool (16b)
    @Kind("Try")
    record Try(Xid xid, int attempt, Bytes32 work, KeyId seed) implements Message {}

    /// T5, stamper to provider: one bit, and the stamp if it is yes.
    @Kind("Verdict")
    record Verdict(Xid xid, int attempt, Optional<Stamped> stamped) implements Message {}

    /// A stamp and its signature under the stamp key.
    record Stamped(Stamp stamp, Signature signature) {}

    /// T7, provider to customer; the customer then fetches the chunks.
    @Kind("Deliver")
    record Deliver(Xid xid, SealHeader header, Stamped stamped, Signature signature)
            implements Message {}

    /// T8, customer to provider: every chunk is here.
    @Kind("Ack")
    record Ack(Xid xid, SealId sealId, Signature signature) implements Message {}

    /// T9, customer to provider: the deal that was opened.
    @Kind("Funded")
    record Funded(Xid xid, Deal deal, Signature signature) implements Message {}

    /// Advisory: the sender goes no further. Nothing depends on it.
    ///
    /// @param rule what it is about, by the sender's own word; empty where it has no name
    @Kind("Refuse")
    record Refuse(@Limit(MAX_RULE) String rule, @Limit(MAX_REASON) String reason)
            implements Message {
        static final int MAX_RULE = 64;

        /// Bytes: a line for people; what it quotes from an offer is cut.
        static final int MAX_REASON = 1024;

        public Refuse {
            rule = Line.of(rule, MAX_RULE);
            reason = Line.of(reason, MAX_REASON);
        }

        public Refuse(String reason) {
            this("", reason);
        }
    }
}
