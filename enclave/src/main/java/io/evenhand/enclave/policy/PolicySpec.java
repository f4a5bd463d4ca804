package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A policy with its figures; its canonical text is what the Terms commit to.
///
/// A text is the name, a slash, the version, and `key=value` pairs in fixed order, each after one
/// space: `accuracy/1 atLeast=0.9500`. One policy has one text, so hashes of texts can be compared.
public sealed interface PolicySpec extends Policy permits Accuracy, Size, Wasm {
    /// Characters of a text: the largest module as base64url, and the words before it. The text
    /// travels in one message.
    int MAX_TEXT = 176 * 1024;

    /// What policies are called in files and service cards.
    List<String> NAMES = List.of("accuracy", "size", "wasm");

    String canonical();

    /// Refuses a policy that cannot be run here. It may take a few hundredths of a second, so
    /// cheaper checks and admission come first.
    ///
    /// @throws MalformedException with one line that names what is wrong
    default void checkRuns() {}

    /// Whether the policy compares the work with data that only the stamper sees.
    boolean needsHidden();

    /// Refuses hidden data that the policy cannot use, before any work begins.
    ///
    /// @throws MalformedException with one line that names what is wrong
    void validateHidden(Path hidden) throws IOException;

    /// Why no hidden data could let this work pass: it is not of the form that the policy reads.
    /// Looks at the work alone, so its maker may know; empty if the form is good or the policy has
    /// none.
    default Optional<String> formFault(Work work) throws IOException {
        return Optional.empty();
    }

    /// The same of a file that nobody else changes.
    default Optional<String> formFault(Path work) throws IOException {
        try (Source bytes = FileSource.open(work)) {
            return formFault(Work.of(bytes));
        }
    }

    /// Reads a canonical text; any other spelling of the same policy is refused. A module in it is
    /// not looked into, see {@link #checkRuns}.
    static PolicySpec parse(String text) {
        if (text.length() > MAX_TEXT) {
            throw new MalformedException("a policy has at most " + MAX_TEXT + " characters");
        }
        List<String> words = List.of(text.split(" ", -1));
        PolicySpec spec =
                switch (words.getFirst()) {
                    case "accuracy/1" -> Accuracy.of(value(words, 1, "atLeast", 2));
                    case "size/1" ->
                            Size.of(value(words, 1, "atLeast", 3), value(words, 2, "atMost", 3));
                    case "wasm/1" ->
                            Wasm.parse(value(words, 1, "fuel", 3), value(words, 2, "module", 3));
                    default ->
                            throw new MalformedException(
                                    "no policy '"
                                            + shown(words.getFirst())
                                            + "': there are accuracy/1, size/1 and wasm/1");
                };
        if (!spec.canonical().equals(text)) {
            throw new MalformedException(
                    "policy is not canonical, it must read: " + spec.canonical());
        }
        return spec;
    }

    private static String value(List<String> words, int at, String key, int count) {
        if (words.size() != count || !words.get(at).startsWith(key + "=")) {
            throw new MalformedException(words.getFirst() + " needs " + key + "= as word " + at);
        }
        return words.get(at).substring(key.length() + 1);
    }

    private static String shown(String word) {
        String printable = word.replaceAll("[^\\x21-\\x7e]", "?");
        return printable.length() > 20 ? printable.substring(0, 20) + "…" : printable;
    }
}
