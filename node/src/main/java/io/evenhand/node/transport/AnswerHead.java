package io.evenhand.node.transport;

import io.evenhand.kit.codec.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The head of an answer to a request for a piece of a file, see {@link Pipeline}.
///
/// @param length bytes of the body; no other way to say where it ends is taken
/// @param headers by their names in lower case
record AnswerHead(int status, long length, Map<String, String> headers) {
    /// Ours have a few lines.
    static final int MAX_BYTES = 4096;

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([2-5]\\d\\d)(?: .*)?");
    private static final Pattern HEADER =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    AnswerHead {
        headers = Map.copyOf(headers);
    }

    /// Reads a head with the empty line at its end.
    static AnswerHead parse(byte[] head) {
        if (head.length > MAX_BYTES) {
            throw new MalformedException("an answer's head is larger than " + MAX_BYTES + " bytes");
        }
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r\n\r\n")) {
            throw new MalformedException("an answer's head has no end");
        }
        List<String> lines = text.substring(0, text.length() - 4).lines().toList();
        Matcher first = STATUS.matcher(lines.isEmpty() ? "" : lines.getFirst());
        if (!first.matches()) {
            throw new MalformedException("an answer does not begin with a status of HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Matcher header = HEADER.matcher(line);
            if (!header.matches()) {
                throw new MalformedException("an answer has a line that is no header");
            }
            String name = header.group(1).toLowerCase(Locale.ROOT);
            if (headers.put(name, header.group(2)) != null) {
                throw new MalformedException("an answer has two headers " + name);
            }
        }
        String length = headers.getOrDefault("content-length", "");
        if (headers.containsKey("transfer-encoding") || !LENGTH.matcher(length).matches()) {
            throw new MalformedException("an answer does not say its length");
        }
        return new AnswerHead(Integer.parseInt(first.group(1)), Long.parseLong(length), headers);
    }

    boolean good() {
        return status / 100 == 2;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
