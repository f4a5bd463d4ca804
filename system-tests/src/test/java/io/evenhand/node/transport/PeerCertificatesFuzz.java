package io.evenhand.node.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.system.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.security.KeyFactory;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// A certificate stands for the key that signed it, or for nobody.
class PeerCertificatesFuzz extends FuzzTarget {
    private static final Ed25519Identity OWNER =
            new Ed25519Identity(Secret32.of(new byte[Secret32.SIZE]));

    private static byte[] genuine() throws Exception {
        byte[] seed = new byte[Secret32.SIZE];
        return PeerCertificates.selfSigned(
                        OWNER.party(),
                        KeyFactory.getInstance("Ed25519")
                                .generatePrivate(
                                        new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed)))
                .getEncoded();
    }

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return Stream.of(genuine());
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        read(CertificateException.class, () -> PeerCertificates.party(chain(input)))
                .ifPresent(party -> require(party.equals(OWNER.party()), "a forged certificate"));
    }

    /// As TLS reads it: the JDK refuses some with exceptions of other kinds, such as a key of no
    /// bytes, and then there is no handshake.
    private static Certificate[] chain(byte[] input) throws CertificateException {
        try {
            return new Certificate[] {
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(input))
            };
        } catch (RuntimeException e) {
            throw new CertificateException("the JDK cannot read it", e);
        }
    }
}
