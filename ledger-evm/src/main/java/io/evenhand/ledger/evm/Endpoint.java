package io.evenhand.ledger.evm;

import io.evenhand.kit.codec.MalformedException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Address of a JSON-RPC node. Path, query and user info often are API keys, so only scheme, host
/// and port are ever printed.
final class Endpoint {
    /// Parts of a URL shorter than this are words like `v1`, not keys.
    private static final int SHORTEST_KEY = 6;

    private static final int MAX_URL_CHARS = 2_048;

    private static final int MAX_PORT = 65_535;

    private final URI uri;
    private final Optional<String> userInfo;

    private Endpoint(URI uri, Optional<String> userInfo) {
        this.uri = uri;
        this.userInfo = userInfo;
    }

    /// Reads an `http`, `https`, `ws` or `wss` URL.
    static Endpoint parse(String url) {
        if (url.length() > MAX_URL_CHARS) {
            throw new MalformedException("an endpoint URL has at most 2048 characters");
        }
        try {
            URI given = new URI(url.strip());
            String scheme = given.getScheme() == null ? "" : given.getScheme();
            if (!List.of("http", "https", "ws", "wss").contains(scheme.toLowerCase(Locale.ROOT))
                    || given.getHost() == null) {
                throw new MalformedException(
                        "an endpoint is an http, https, ws or wss URL with a host,"
                                + " for example http://127.0.0.1:8545");
            }
            if (given.getPort() > MAX_PORT) {
                throw new MalformedException("the endpoint's port is 1 to " + MAX_PORT);
            }
            String path = given.getRawPath() == null ? "" : given.getRawPath();
            String query = given.getRawQuery() == null ? "" : "?" + given.getRawQuery();
            String port = given.getPort() < 0 ? "" : ":" + given.getPort();
            URI bare = new URI(scheme + "://" + given.getHost() + port + path + query);
            return new Endpoint(bare, Optional.ofNullable(given.getUserInfo()));
        } catch (URISyntaxException e) {
            // The cause would repeat the URL, and with it a key.
            throw new MalformedException("the endpoint is not a URL (" + e.getReason() + ")");
        }
    }

    URI uri() {
        return uri;
    }

    boolean isWebSocket() {
        return uri.getScheme().toLowerCase(Locale.ROOT).startsWith("ws");
    }

    /// The value of an Authorization header, if the URL held user and password.
    Optional<String> authorization() {
        return userInfo.map(info ->
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(info.getBytes(StandardCharsets.UTF_8)));
    }

    /// Foreign text without the keys of this endpoint and without long hex, on one short line.
    String clean(String foreign) {
        String text = foreign;
        for (String key : keys()) {
            text = text.replace(key, "***");
        }
        return LedgerException.clean(text);
    }

    private List<String> keys() {
        List<String> keys = new ArrayList<>();
        userInfo.ifPresent(info -> keys.addAll(Arrays.asList(info.split(":", -1))));
        keys.addAll(Arrays.asList(String.valueOf(uri.getRawPath()).split("/", -1)));
        if (uri.getRawQuery() != null) {
            keys.addAll(Arrays.asList(uri.getRawQuery().split("[&=]", -1)));
        }
        keys.removeIf(key -> key.length() < SHORTEST_KEY);
        return keys;
    }

    /// Scheme, host and port: what people may see.
    @Override
    public String toString() {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port;
    }
}
