package io.evenhand.cli;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Secrets that a user hands over: typed on the terminal, or read from a file descriptor. Never as
/// an argument or in the environment, which other processes can read.
public final class Passphrase {
    /// Longer than anybody types, shorter than a file given by mistake.
    private static final int MAX_BYTES = 1024;

    private Passphrase() {}

    /// The passphrase of an existing key file.
    public static char[] ask(Optional<Integer> descriptor, Path file) {
        return descriptor
                .map(Passphrase::read)
                .orElseGet(() -> prompt("Passphrase of " + file + ": "));
    }

    /// A new passphrase, typed twice.
    public static char[] choose(Optional<Integer> descriptor) {
        if (descriptor.isPresent()) {
            return read(descriptor.get());
        }
        char[] first = prompt("New passphrase: ");
        char[] second = prompt("The same again: ");
        boolean same = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!same || first.length == 0) {
            Arrays.fill(first, '\0');
            throw CliException.usage("the two passphrases differ or are empty; run it again");
        }
        return first;
    }

    private static char[] prompt(String text) {
        return Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .map(console -> console.readPassword("%s", text))
                .orElseThrow(() ->
                        CliException.usage(
                                "a passphrase is needed and there is no terminal: give it"
                                        + " as in --passphrase-fd 3 3<file"));
    }

    /// Reads the first line of an open file descriptor.
    public static char[] read(int descriptor) {
        byte[] bytes = new byte[MAX_BYTES + 1];
        int size = 0;
        try (InputStream in =
                descriptor == 0
                        ? System.in
                        : Files.newInputStream(Path.of("/dev/fd/" + descriptor))) {
            size = in.readNBytes(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "file descriptor " + descriptor + " cannot be read; open it as in 3<file",
                    e);
        }
        try {
            int end = 0;
            while (end < size && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            if (end == 0 || end > MAX_BYTES) {
                throw CliException.usage(
                        "file descriptor " + descriptor + " must give one line of 1 to 1024 bytes");
            }
            return decode(ByteBuffer.wrap(bytes, 0, end));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static char[] decode(ByteBuffer utf8) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(utf8);
            char[] result = new char[text.remaining()];
            text.get(result);
            Arrays.fill(text.array(), '\0');
            return result;
        } catch (CharacterCodingException e) {
            throw CliException.usage("the secret is not UTF-8 text");
        }
    }
}
