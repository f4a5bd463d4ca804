package io.evenhand.system.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What is printed says the same on every machine, and says why.
class WordsTest {
    /// Their exceptions come from sockets and processes, which have words of their own.
    private static final Set<String> NO_FILES =
            Set.of(
                    "PeerServer.java",
                    "TlsListener.java",
                    "MetricsOption.java",
                    "ServiceCommand.java",
                    "LocalChain.java",
                    "GasCommand.java",
                    "HostProcess.java",
                    "Hosts.java",
                    "SocketRpc.java");

    @Test
    @DisplayName("every program sets the language before anything else: digits and dates are ours")
    void languages() {
        Pattern main =
                Pattern.compile(
                        "public static void main\\(.*\\{\n(.*\n){0,2}?.*setDefault\\(Locale.ROOT\\)");
        List<String> wrong = new ArrayList<>();
        int found = 0;
        for (SourceTree.Source file : SourceTree.files()) {
            String text = String.join("\n", file.lines());
            if (file.path().contains("src/main/java/")
                    && text.contains("public static void main(")) {
                found++;
                if (!main.matcher(text).find()) {
                    wrong.add(file.path());
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(found > 0, "no program was found");
    }

    @Test
    @DisplayName("a fault of a file is told with its reason: its own message is the path alone")
    void reasons() {
        Pattern printed =
                Pattern.compile("catch \\((?:Unchecked)?IOException (\\w+)\\) \\{([^}]*)");
        List<String> wrong = new ArrayList<>();
        for (SourceTree.Source file : SourceTree.files()) {
            String name = file.path().substring(file.path().lastIndexOf('/') + 1);
            if (!file.path().contains("src/main/java/") || NO_FILES.contains(name)) {
                continue;
            }
            Matcher blocks = printed.matcher(String.join("\n", file.lines()));
            while (blocks.find()) {
                if (blocks.group(2).contains(blocks.group(1) + ".getMessage()")) {
                    wrong.add(file.path() + ": use FileTrouble");
                }
            }
        }
        assertEquals(List.of(), wrong);
    }
}
