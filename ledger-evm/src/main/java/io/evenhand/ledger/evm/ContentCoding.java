package io.evenhand.ledger.evm;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/// What an HTTP answer holds. Some gateways compress though nobody asked them to; what comes out is
/// bounded like any answer.
final class ContentCoding {
    private static final int GZIP_FIRST = 0x1f;
    private static final int GZIP_SECOND = 0x8b;

    /// The low half of the first byte of a zlib stream: the method "deflate".
    private static final int ZLIB_METHOD = 8;

    private ContentCoding() {}

    static byte[] plain(Endpoint endpoint, HttpResponse<byte[]> response) {
        byte[] body = response.body();
        String coding =
                response.headers()
                        .firstValue("Content-Encoding")
                        .orElse("")
                        .strip()
                        .toLowerCase(Locale.ROOT);
        try {
            // No JSON begins like this, and some gateways forget the header.
            if (body.length > 1
                    && (body[0] & 0xff) == GZIP_FIRST
                    && (body[1] & 0xff) == GZIP_SECOND) {
                return bounded(endpoint, new GZIPInputStream(new ByteArrayInputStream(body)));
            }
            return switch (coding) {
                case "", "identity", "gzip", "x-gzip" -> body;
                case "deflate" -> bounded(endpoint, deflated(body));
                default ->
                        throw LedgerException.malformed(
                                endpoint
                                        + " answers with Content-Encoding \""
                                        + LedgerException.clean(coding)
                                        + "\", which nobody asked for: switch it off there");
            };
        } catch (IOException e) {
            throw LedgerException.malformed(endpoint + " answers with a broken compression");
        }
    }

    /// With or without the frame that the standard wants.
    private static InputStream deflated(byte[] body) {
        boolean bare = body.length == 0 || (body[0] & 0x0f) != ZLIB_METHOD;
        return new InflaterInputStream(new ByteArrayInputStream(body), new Inflater(bare));
    }

    private static byte[] bounded(Endpoint endpoint, InputStream in) throws IOException {
        try (in) {
            byte[] plain = in.readNBytes(JsonRpc.MAX_ANSWER_BYTES + 1);
            if (plain.length > JsonRpc.MAX_ANSWER_BYTES) {
                throw LedgerException.malformed(
                        endpoint + " answers with more than 16 MiB once unpacked");
            }
            return plain;
        }
    }
}
