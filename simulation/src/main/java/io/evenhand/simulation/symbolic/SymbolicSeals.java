package io.evenhand.simulation.symbolic;

import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.PublicKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Ideal seals: ciphertext with the opener's secret and the psk gives the work, and so does
/// ciphertext with the seed and the psk (decisions 6). Nothing else does.
public final class SymbolicSeals {
    private static final int CHUNK = 1 << 20;
    private static final long PADDED = 64;

    private final Symbols symbols;
    private final SymbolicCrypto crypto;
    private final Knowledge knowledge;
    private final boolean pskNeeded;
    private final Map<SealHeader, Content> contents = new HashMap<>();

    private record Content(RevealedKey opener, KeyId psk, Bytes32 work) {}

    /// @param pskNeeded false in a mutant without D19
    public SymbolicSeals(
            Symbols symbols, SymbolicCrypto crypto, Knowledge knowledge, boolean pskNeeded) {
        this.symbols = symbols;
        this.crypto = crypto;
        this.knowledge = knowledge;
        this.pskNeeded = pskNeeded;
    }

    /// The header of the one seal of these values; the label's nonce follows from the seed.
    public SealHeader seal(SealLabel label, KeyId seed, KeyId psk, PublicKey opener, Bytes32 work) {
        Bytes32 nonce = symbols.of("seal-nonce", seed);
        SealLabel full = label.withNonce(new Nonce16(nonce.a(), nonce.d()));
        SealHeader header =
                new SealHeader(
                        full,
                        new PublicKey((byte) 2, symbols.of("enc", full, seed, opener)),
                        symbols.of("commitment", full, seed, opener, psk),
                        CHUNK,
                        1,
                        PADDED,
                        symbols.of("ciphertext", full, seed, opener, psk, work));
        RevealedKey secret = crypto.reveal(crypto.secret(opener));
        if (contents.putIfAbsent(header, new Content(secret, psk, work)) == null) {
            long pskFact = pskNeeded ? knowledge.fact(psk.value()) : 0;
            long base = ciphertext(header) | pskFact;
            long workFact = knowledge.fact(work);
            knowledge.rule(base | knowledge.fact(secret.scalar()), workFact);
            knowledge.rule(base | knowledge.fact(seed.value()), workFact);
        }
        return header;
    }

    /// A header of random bytes under a label that looks right.
    public SealHeader junk(SealLabel label) {
        return new SealHeader(
                label,
                new PublicKey((byte) 2, symbols.of("enc-junk")),
                symbols.of("commitment-junk"),
                CHUNK,
                1,
                PADDED,
                symbols.of("ciphertext-junk"));
    }

    /// The fact "holds every chunk of this seal".
    public long ciphertext(SealHeader header) {
        return knowledge.fact(header.root());
    }

    /// What the seal gives to a published key and a psk, or empty.
    public Optional<Bytes32> open(SealHeader header, RevealedKey key, KeyId psk) {
        Content content = contents.get(header);
        return content != null && content.opener().equals(key) && content.psk().equals(psk)
                ? Optional.of(content.work())
                : Optional.empty();
    }
}
