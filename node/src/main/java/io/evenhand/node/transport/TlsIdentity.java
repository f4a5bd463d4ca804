package io.evenhand.node.transport;

import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.value.PartyId;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// A party's identity on the network: its Ed25519 key in a self-signed certificate, for TLS 1.3 in
/// both directions (decisions 1).
///
/// A certificate's name, dates and issuer mean nothing here: only its key counts. A client accepts
/// exactly the key it looks for; a server accepts every Ed25519 key, as the handshake proves that
/// the peer holds it, and asks its handler whether that key may call.
public final class TlsIdentity {
    /// The only version: older ones show certificates to everybody on the way.
    static final String PROTOCOL = "TLSv1.3";

    private final PartyId party;
    private final PrivateKey key;
    private final X509Certificate certificate;

    public TlsIdentity(Ed25519Identity identity) {
        party = identity.party();
        byte[] seed = identity.seed().expose();
        try {
            key =
                    KeyFactory.getInstance("Ed25519")
                            .generatePrivate(
                                    new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
            certificate = PeerCertificates.selfSigned(party, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make an Ed25519 certificate", e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /// The key other parties pin.
    public PartyId party() {
        return party;
    }

    /// For a server: any peer that proves to hold an Ed25519 key.
    SSLContext serverContext() {
        return GuardedTls.around(context(new AnyParty()));
    }

    /// For a client that talks to `server` and nobody else, with a program of its own.
    public SSLContext clientContext(PartyId server) {
        return context(new OneParty(server));
    }

    /// The same for connections that last: what the server sends is limited as what clients send.
    SSLContext streamContext(PartyId server) {
        return GuardedTls.around(clientContext(server));
    }

    /// TLS 1.3 only; a server with them asks for a client certificate.
    static SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {PROTOCOL});
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    private SSLContext context(X509ExtendedTrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(
                    new KeyManager[] {new OwnKey(key, certificate)},
                    new TrustManager[] {trust},
                    new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS 1.3", e);
        }
    }

    @Override
    public String toString() {
        return "TLS identity " + party;
    }

    /// Presents our one certificate, whatever the peer says it prefers.
    private static final class OwnKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "own";
        private static final String KEY_TYPE = "EdDSA";

        private final PrivateKey key;
        private final X509Certificate certificate;

        OwnKey(PrivateKey key, X509Certificate certificate) {
            this.key = key;
            this.certificate = certificate;
        }

        private static @Nullable String alias(String... types) {
            return Arrays.asList(types).contains(KEY_TYPE) ? ALIAS : null;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(types);
        }

        @Override
        public @Nullable String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(types);
        }

        @Override
        public @Nullable String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return alias(type);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return alias(type);
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

    /// What both kinds of trust share: a client's chain and a server's chain are judged alike, and
    /// nothing depends on the socket they came through.
    private abstract static class Trust extends X509ExtendedTrustManager {
        abstract void check(X509Certificate[] chain) throws CertificateException;

        @Override
        public final void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public final void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public final void checkClientTrusted(
                X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public final void checkServerTrusted(
                X509Certificate[] chain, String type, @Nullable Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public final void checkClientTrusted(
                X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public final void checkServerTrusted(
                X509Certificate[] chain, String type, @Nullable SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public final X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class AnyParty extends Trust {
        @Override
        void check(X509Certificate[] chain) throws CertificateException {
            PeerCertificates.party(chain);
        }
    }

    private static final class OneParty extends Trust {
        private final PartyId pinned;

        OneParty(PartyId pinned) {
            this.pinned = pinned;
        }

        @Override
        void check(X509Certificate[] chain) throws CertificateException {
            PartyId found = PeerCertificates.party(chain);
            if (!found.equals(pinned)) {
                throw new WrongPartyException(pinned, found);
            }
        }
    }

    /// Somebody else answered.
    static final class WrongPartyException extends CertificateException {
        private static final long serialVersionUID = 1L;

        WrongPartyException(PartyId expected, PartyId found) {
            super("its key is " + found + ", not " + expected);
        }
    }
}
