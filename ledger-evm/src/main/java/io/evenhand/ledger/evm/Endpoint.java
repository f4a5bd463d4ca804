package io.evenhand.ledger.evm;

import io.evenhand.kit.codec.MalformedException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Address of a JSON-RPC node. Path, query and user info often are API keys, so only scheme, host
/// and port are ever printed.
final class Endpoint {
    /// Parts of a URL shorter than this are words like `v1`, not keys.
    private static final int SHORTEST_KEY = 6;

    private static final int MAX_URL_CHARS = 2_048;

    private static final int MAX_PORT = 65_535;

    /// Names of hosts as Docker Compose and Swarm give them. `URI` takes no underscore.
    private static final Pattern WITH_UNDERSCORE =
            Pattern.compile(
                    "((?:http|ws)s?://(?:[^/?#]*@)?)([A-Za-z0-9._-]{1,253})((?::[0-9]*)?(?:[/?#].*)?)",
                    Pattern.CASE_INSENSITIVE);

    private final URI uri;
    private final Optional<String> userInfo;

    /// The host's name if it has an underscore; in `uri` a dash stands for it.
    private final Optional<String> oddHost;

    private Endpoint(URI uri, Optional<String> userInfo, Optional<String> oddHost) {
        this.uri = uri;
        this.userInfo = userInfo;
        this.oddHost = oddHost;
    }

    /// Reads an `http`, `https`, `ws` or `wss` URL.
    static Endpoint parse(String url) {
        if (url.length() > MAX_URL_CHARS) {
            throw new MalformedException("an endpoint URL has at most 2048 characters");
        }
        try {
            Matcher parts = WITH_UNDERSCORE.matcher(url.strip());
            Optional<String> oddHost =
                    parts.matches() && parts.group(2).contains("_")
                            ? Optional.of(parts.group(2))
                            : Optional.empty();
            URI given =
                    new URI(
                            oddHost.isEmpty()
                                    ? url.strip()
                                    : parts.group(1)
                                            + parts.group(2).replace('_', '-')
                                            + parts.group(3));
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
            if (oddHost.isPresent()
                    && List.of("https", "wss").contains(scheme.toLowerCase(Locale.ROOT))) {
                throw new MalformedException(
                        "no certificate can be checked for a host with \"_\" in its name: give it"
                                + " another name, or use http or ws inside your own network");
            }
            String path = given.getRawPath() == null ? "" : given.getRawPath();
            String query = given.getRawQuery() == null ? "" : "?" + given.getRawQuery();
            String port = given.getPort() < 0 ? "" : ":" + given.getPort();
            URI bare = new URI(scheme + "://" + given.getHost() + port + path + query);
            return new Endpoint(bare, Optional.ofNullable(given.getUserInfo()), oddHost);
        } catch (URISyntaxException e) {
            // The cause would repeat the URL, and with it a key.
            throw new MalformedException("the endpoint is not a URL (" + e.getReason() + ")");
        }
    }

    /// Where to connect to. A name that `URI` does not take is looked up here.
    URI uri() {
        if (oddHost.isEmpty()) {
            return uri;
        }
        try {
            InetAddress address = InetAddress.getByName(oddHost.get());
            String literal = address.getHostAddress();
            String host = address instanceof Inet6Address ? "[" + literal + "]" : literal;
            return new URI(
                    uri.getScheme()
                            + "://"
                            + host
                            + port()
                            + uri.getRawPath()
                            + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery()));
        } catch (UnknownHostException | URISyntaxException e) {
            throw LedgerException.notSent(
                    this + " is not reachable (no such host): is the name right?");
        }
    }

    /// Whether the host is this machine by its name: then the node is the user's own (16e).
    boolean isOnThisMachine() {
        String host = uri.getHost();
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
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
        authorization().ifPresent(value -> keys.addAll(Arrays.asList(value.split(" ", -1))));
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
        return uri.getScheme() + "://" + oddHost.orElse(uri.getHost()) + port();
    }

    private String port() {
        return uri.getPort() < 0 ? "" : ":" + uri.getPort();
    }
}
