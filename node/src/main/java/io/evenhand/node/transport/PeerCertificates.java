package io.evenhand.node.transport;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Certificates as carriers of one Ed25519 key: how ours is made, and which party somebody else's
/// stands for.
final class PeerCertificates {
    /// A SubjectPublicKeyInfo of an Ed25519 key (RFC 8410) is these bytes and then the key.
    private static final byte[] KEY_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int KEY_BYTES = 32;

    /// Before this software existed.
    private static final Instant NOT_BEFORE = Instant.parse("2020-01-01T00:00:00Z");

    /// "No well-defined expiration date" (RFC 5280, 4.1.2.5).
    private static final Instant NOT_AFTER = Instant.parse("9999-12-31T23:59:59Z");

    /// Bytes of a serial number: at most 20, and positive (RFC 5280, 4.1.2.2).
    private static final int SERIAL_BYTES = 16;

    private PeerCertificates() {}

    /// The certificate of a key: always the same bytes for the same key, as Ed25519 signatures are
    /// deterministic and nothing else in it varies.
    static X509Certificate selfSigned(PartyId party, PrivateKey key)
            throws GeneralSecurityException {
        byte[] raw = party.value().toByteArray();
        byte[] serial = Arrays.copyOf(Hashes.sha256("evenhand/certificate", raw), SERIAL_BYTES);
        X500Name name = new X500Name("CN=evenhand");
        X509v3CertificateBuilder builder =
                new X509v3CertificateBuilder(
                        name,
                        new BigInteger(1, serial).max(BigInteger.ONE),
                        Date.from(NOT_BEFORE),
                        Date.from(NOT_AFTER),
                        name,
                        SubjectPublicKeyInfo.getInstance(Hashes.concat(KEY_PREFIX, raw)));
        try {
            byte[] der =
                    builder.build(new JcaContentSignerBuilder("Ed25519").build(key)).getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (OperatorCreationException | IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    /// The party a peer's chain stands for: exactly one certificate, signed by itself, with a key
    /// that is a point of the Ed25519 group. Small-order keys are refused: signatures that verify
    /// under them prove nothing.
    static PartyId party(Certificate[] chain) throws CertificateException {
        if (chain.length != 1) {
            throw new CertificateException("one certificate expected, got " + chain.length);
        }
        byte[] info = chain[0].getPublicKey().getEncoded();
        int at = KEY_PREFIX.length;
        if (info.length != at + KEY_BYTES || !Arrays.equals(Arrays.copyOf(info, at), KEY_PREFIX)) {
            throw new CertificateException("its key is not an Ed25519 key");
        }
        byte[] raw = Arrays.copyOfRange(info, at, info.length);
        if (!Ed25519.validatePublicKeyFull(raw, 0)) {
            throw new CertificateException("its key is not a point of the Ed25519 group");
        }
        try {
            chain[0].verify(chain[0].getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new CertificateException("it is not signed by its own key", e);
        }
        return new PartyId(Bytes32.of(raw));
    }
}
