package io.evenhand.node.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsIdentityTest {
    private static final TlsIdentity SERVER = TestNode.identity(1);
    private static final TlsIdentity CLIENT = TestNode.identity(2);

    @TempDir Path directory;

    /// A certificate of any key pair, made by another way than ours.
    private static X509Certificate certificate(KeyPair pair, PrivateKey signer, String algorithm)
            throws Exception {
        X500Name name = new X500Name("CN=somebody");
        return new JcaX509CertificateConverter()
                .getCertificate(
                        new JcaX509v3CertificateBuilder(
                                        name,
                                        BigInteger.ONE,
                                        Date.from(Instant.EPOCH),
                                        Date.from(Instant.parse("2100-01-01T00:00:00Z")),
                                        name,
                                        pair.getPublic())
                                .build(new JcaContentSignerBuilder(algorithm).build(signer)));
    }

    @Test
    @DisplayName("the same seed gives the same certificate, which carries the party's key")
    void deterministic() throws Exception {
        assertEquals(CLIENT.party(), TestNode.identity(2).party());
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        X509Certificate theirs = certificate(pair, pair.getPrivate(), "Ed25519");
        byte[] info = pair.getPublic().getEncoded();
        byte[] raw = new byte[32];
        System.arraycopy(info, info.length - 32, raw, 0, 32);
        assertArrayEquals(
                raw, PeerCertificates.party(new X509Certificate[] {theirs}).value().toByteArray());
        byte[] first = PeerCertificates.selfSigned(CLIENT.party(), pair.getPrivate()).getEncoded();
        byte[] again = PeerCertificates.selfSigned(CLIENT.party(), pair.getPrivate()).getEncoded();
        assertArrayEquals(first, again);
    }

    @Test
    @DisplayName("a certificate that its own key did not sign stands for nobody")
    void notSelfSigned() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        X509Certificate forged = certificate(pair, other.getPrivate(), "Ed25519");
        var e =
                assertThrows(
                        CertificateException.class,
                        () -> PeerCertificates.party(new X509Certificate[] {forged}));
        assertEquals("it is not signed by its own key", e.getMessage());
        assertThrows(
                CertificateException.class,
                () -> PeerCertificates.party(new X509Certificate[] {forged, forged}));
        assertThrows(
                CertificateException.class, () -> PeerCertificates.party(new X509Certificate[0]));
    }

    @Test
    @DisplayName("a server with another key than the pinned one is untrusted, and is told nothing")
    void wrongPin() throws Exception {
        TestNode node = new TestNode(directory);
        node.known.add(CLIENT.party());
        try (PeerServer server = node.serve(SERVER);
                PeerClient client =
                        new PeerClient(
                                CLIENT,
                                "127.0.0.1",
                                server.port(),
                                TestNode.identity(3).party(),
                                PeerClientOptions.DEFAULT)) {
            var e =
                    assertThrows(
                            PeerException.class, () -> client.send(TestNode.envelope("secret")));
            assertEquals(PeerException.Kind.UNTRUSTED, e.kind());
            assertTrue(
                    String.valueOf(e.getMessage()).contains("is not the peer that was expected"),
                    e.getMessage());
            assertTrue(node.delivered.isEmpty());
        }
    }

    @Test
    @DisplayName("a server that refuses our certificate in the handshake is named as such")
    void refusesUs() throws Exception {
        try (SSLServerSocket listener =
                (SSLServerSocket)
                        SERVER.clientContext(TestNode.identity(3).party())
                                .getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            listener.setNeedClientAuth(true);
            Thread.ofPlatform().daemon().start(() -> shakeHands(listener));
            try (PeerClient client =
                    new PeerClient(
                            CLIENT,
                            "127.0.0.1",
                            listener.getLocalPort(),
                            SERVER.party(),
                            PeerClientOptions.DEFAULT)) {
                var e =
                        assertThrows(
                                PeerException.class, () -> client.send(TestNode.envelope("x")));
                String line = String.valueOf(e.getMessage());
                assertTrue(line.contains("accept our certificate"), line);
            }
        }
    }

    private static void shakeHands(SSLServerSocket listener) {
        while (!listener.isClosed()) {
            try (Socket socket = listener.accept()) {
                socket.getInputStream().read();
            } catch (IOException _) {
                // The handshake failed, as it should, or the listener was closed.
            }
        }
    }

    /// What the server does with a client that asks for the outbox over this connection.
    private static String outcome(RawTls raw) {
        try (raw) {
            raw.write("GET /v1/outbox?after=0 HTTP/1.1\r\nHost: x\r\n\r\n");
            return raw.answer();
        } catch (SSLException e) {
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            return "closed";
        }
    }

    @Test
    @DisplayName("a client without a certificate, or with one of another kind of key, is refused")
    void clientCertificate() throws Exception {
        TestNode node = new TestNode(directory);
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair p256 = generator.generateKeyPair();
        X509Certificate theirs = certificate(p256, p256.getPrivate(), "SHA256withECDSA");
        try (PeerServer server = node.serve(SERVER)) {
            String none = outcome(new RawTls(RawTls.careless(), server.port()));
            assertTrue(none.contains("alert") || none.equals("closed"), none);
            String other =
                    outcome(
                            new RawTls(
                                    RawTls.careless(new OneKey(theirs, p256.getPrivate())),
                                    server.port()));
            assertTrue(other.contains("alert") || other.equals("closed"), other);
            assertTrue(node.polled.isEmpty());
            // The same request with a certificate of ours does get an answer.
            String ours = outcome(new RawTls(CLIENT.clientContext(SERVER.party()), server.port()));
            assertTrue(ours.startsWith("HTTP/1.1 403 "), ours);
        }
    }

    @Test
    @DisplayName("TLS 1.2 is refused")
    void oldVersion() throws Exception {
        try (PeerServer server = new TestNode(directory).serve(SERVER)) {
            RawTls raw = new RawTls(RawTls.careless(), server.port());
            raw.socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            String answer = outcome(raw);
            assertTrue(answer.contains("alert") || answer.equals("closed"), answer);
        }
    }

    /// Shows one certificate, whatever the server asks for.
    private static final class OneKey extends X509ExtendedKeyManager {
        private final X509Certificate certificate;
        private final PrivateKey key;

        OneKey(X509Certificate certificate, PrivateKey key) {
            this.certificate = certificate;
            this.key = key;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"one"};
        }

        @Override
        public String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "one";
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {"one"};
        }

        @Override
        public String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return "one";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {certificate};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
