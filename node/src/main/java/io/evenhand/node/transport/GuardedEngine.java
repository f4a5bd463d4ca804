package io.evenhand.node.transport;

import io.evenhand.kit.process.Cost;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS with a limit on records that bring no data (of the handshake, new keys, empty ones). Without
/// it a peer can make us derive keys as fast as it can send, on a virtual thread that never waits
/// and so lets no other one run.
///
/// Its buffers are cleared of every record that was read, the last one when the next one comes.
final class GuardedEngine extends SSLEngine {
    /// A handshake takes less than ten; new keys are due once in many gigabytes.
    static final int MAX_EMPTY = 64;

    /// So many bytes of data earn one more record without any.
    private static final int BYTES_EACH = 4_096;

    private final SSLEngine inner;
    private int empty;
    private int bytes;

    GuardedEngine(SSLEngine inner) {
        super(inner.getPeerHost(), inner.getPeerPort());
        this.inner = inner;
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer from, ByteBuffer[] into, int offset, int length)
            throws SSLException {
        int start = from.position();
        for (int i = offset; i < offset + length; i++) {
            clear(into[i], into[i].position(), into[i].limit());
        }
        SSLEngineResult result = inner.unwrap(from, into, offset, length);
        clear(from, start, from.position());
        bytes += result.bytesProduced();
        Cost.PEER_BYTES.add(result.bytesConsumed());
        empty = Math.max(0, empty - bytes / BYTES_EACH);
        bytes %= BYTES_EACH;
        if (result.bytesConsumed() > 0 && result.bytesProduced() == 0 && ++empty > MAX_EMPTY) {
            throw new SSLException("more than " + MAX_EMPTY + " records without data");
        }
        return result;
    }

    /// A connection keeps its buffers as long as it lives, and a record may have brought a secret.
    /// It is decrypted where it lies, and then copied.
    private static void clear(ByteBuffer buffer, int from, int to) {
        if (buffer.hasArray()) {
            int base = buffer.arrayOffset();
            Arrays.fill(buffer.array(), base + from, base + to, (byte) 0);
        }
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] from, int offset, int length, ByteBuffer into)
            throws SSLException {
        SSLEngineResult result = inner.wrap(from, offset, length, into);
        Cost.PEER_BYTES.add(result.bytesProduced());
        return result;
    }

    // ------------------------------------------------------------- all else is as it was

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return inner.getDelegatedTask();
    }

    @Override
    public void closeInbound() throws SSLException {
        inner.closeInbound();
    }

    @Override
    public boolean isInboundDone() {
        return inner.isInboundDone();
    }

    @Override
    public void closeOutbound() {
        inner.closeOutbound();
    }

    @Override
    public boolean isOutboundDone() {
        return inner.isOutboundDone();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return inner.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return inner.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        inner.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return inner.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return inner.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        inner.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return inner.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return inner.getHandshakeSession();
    }

    @Override
    public void beginHandshake() throws SSLException {
        inner.beginHandshake();
    }

    @Override
    public SSLEngineResult.HandshakeStatus getHandshakeStatus() {
        return inner.getHandshakeStatus();
    }

    @Override
    public void setUseClientMode(boolean client) {
        inner.setUseClientMode(client);
    }

    @Override
    public boolean getUseClientMode() {
        return inner.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        inner.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return inner.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        inner.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return inner.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean create) {
        inner.setEnableSessionCreation(create);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return inner.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return inner.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        inner.setSSLParameters(parameters);
    }

    @Override
    public @Nullable String getApplicationProtocol() {
        return inner.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        return inner.getHandshakeApplicationProtocol();
    }

    /// Asked with this engine, as nobody knows the one inside.
    @Override
    public void setHandshakeApplicationProtocolSelector(
            BiFunction<SSLEngine, List<String>, String> selector) {
        inner.setHandshakeApplicationProtocolSelector((_, names) -> selector.apply(this, names));
    }
}
