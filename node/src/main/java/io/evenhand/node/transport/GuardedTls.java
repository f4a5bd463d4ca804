package io.evenhand.node.transport;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// A TLS context whose engines are {@link GuardedEngine}s.
final class GuardedTls extends SSLContextSpi {
    private final SSLContext inner;

    private GuardedTls(SSLContext inner) {
        this.inner = inner;
    }

    static SSLContext around(SSLContext inner) {
        return new Context(new GuardedTls(inner), inner);
    }

    private static final class Context extends SSLContext {
        Context(SSLContextSpi spi, SSLContext inner) {
            super(spi, inner.getProvider(), inner.getProtocol());
        }
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("it is set up already");
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return new GuardedEngine(inner.createSSLEngine());
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return new GuardedEngine(inner.createSSLEngine(host, port));
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return inner.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return inner.getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return inner.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return inner.getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return inner.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return inner.getSupportedSSLParameters();
    }
}
