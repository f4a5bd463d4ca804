package io.evenhand.system.exchange;

import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Looks for secrets in bytes of any kind, in every form that a program may have made of them: as
/// they are, as a number in words, in hexadecimal, decimal and Base64, as text of one or two bytes
/// for a letter.
final class SecretSearch {
    private static final int PREFIXES = 1 << 16;

    /// Names and forms by the first two bytes of the form.
    private final Map<Integer, List<Map.Entry<String, byte[]>>> byPrefix = new LinkedHashMap<>();

    private final boolean[] starts = new boolean[PREFIXES];

    /// A key: 32 bytes that nobody could know.
    void key(String name, byte[] secret) {
        bytes(name, secret);
        add(name, inWords(secret, Integer.BYTES));
        add(name, inWords(secret, Long.BYTES));
        add(name, inWords(secret, secret.length));
        texts(name, new BigInteger(1, secret).toString());
    }

    /// A text of a user.
    void text(String name, String secret) {
        texts(name, secret);
        bytes(name, secret.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(String name, byte[] secret) {
        add(name, secret);
        texts(name, HexFormat.of().formatHex(secret));
        texts(name, HexFormat.of().withUpperCase().formatHex(secret));
        // Within a longer Base64 text it begins at any of three places.
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int first = before == 0 ? 0 : before + 1;
            int last = encoded.length() - (shifted.length % 3 == 0 ? 0 : 1);
            String sure = encoded.substring(first, last);
            texts(name, sure);
            texts(name, sure.replace('+', '-').replace('/', '_'));
        }
    }

    private void texts(String name, String text) {
        for (Charset charset :
                List.of(
                        StandardCharsets.ISO_8859_1,
                        StandardCharsets.UTF_16LE,
                        StandardCharsets.UTF_16BE)) {
            add(name, text.getBytes(charset));
        }
    }

    /// The words in opposite order, each as it is: a number in limbs, least first.
    private static byte[] inWords(byte[] secret, int size) {
        byte[] words = new byte[secret.length];
        if (size == secret.length) {
            for (int i = 0; i < size; i++) {
                words[i] = secret[size - 1 - i];
            }
            return words;
        }
        for (int at = 0; at < secret.length; at += size) {
            System.arraycopy(secret, at, words, secret.length - at - size, size);
        }
        return words;
    }

    private void add(String name, byte[] form) {
        int prefix = prefix(form, 0);
        starts[prefix] = true;
        byPrefix.computeIfAbsent(prefix, _ -> new ArrayList<>()).add(Map.entry(name, form));
    }

    private static int prefix(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    /// The names of all secrets that are in there.
    Set<String> in(byte[] content) {
        Set<String> found = new TreeSet<>();
        for (int at = 0; at + 1 < content.length; at++) {
            int prefix = prefix(content, at);
            if (starts[prefix]) {
                for (Map.Entry<String, byte[]> one : byPrefix.getOrDefault(prefix, List.of())) {
                    byte[] form = one.getValue();
                    int end = at + form.length;
                    if (end <= content.length
                            && Arrays.equals(content, at, end, form, 0, form.length)) {
                        found.add(one.getKey());
                    }
                }
            }
        }
        return found;
    }
}
