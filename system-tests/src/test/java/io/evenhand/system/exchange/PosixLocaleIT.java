package io.evenhand.system.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of files that are not ASCII under the locale "C", and one output in every language.
class PosixLocaleIT {
    @TempDir private Path folder = Path.of("");

    @Test
    @DisplayName("LC_ALL=C, no HOME, no terminal: a name that is not ASCII is kept as typed")
    void names() throws Exception {
        Map<String, String> posix = Map.of("LC_ALL", "C", "EVENHAND_HOME", "");
        Launch init = Launch.bare(folder, posix, "init", "--home", "donn\u00e9es");
        assertEquals(0, init.exit(), init.text());
        assertTrue(Files.exists(folder.resolve("donn\u00e9es/identity.key")), init.text());

        Files.writeString(
                folder.resolve("donn\u00e9es/config.yaml"),
                """
                chain:
                  endpoints: ["http://127.0.0.1:9"]
                  id: 31337
                  contract: "0x00000000000000000000000000000000000000aa"
                  pace: local
                """);
        Files.writeString(folder.resolve("input"), "x");
        Files.writeString(
                folder.resolve("policy.yaml"),
                "policy: accuracy\natLeast: 0.5\nhidden: donn\u00e9es.csv\n");
        Files.writeString(folder.resolve("donn\u00e9es.csv"), "row;label\n1;cat\n");
        Launch delegate =
                Launch.bare(
                        folder,
                        posix,
                        ("delegate --home donn\u00e9es --provider x --input input --policy"
                                        + " policy.yaml --output o --deadline 1h --wage")
                                .split(" "),
                        "1 eth");
        assertEquals(2, delegate.exit(), delegate.text());
        assertTrue(
                delegate.text().contains("donn\u00e9es.csv: hidden data: line 1 must be row,label"),
                delegate.text());
        assertEquals(1, delegate.text().lines().count(), delegate.text());
    }

    @Test
    @DisplayName("digits and letters are the same in every language")
    void languages() throws Exception {
        String home = folder.resolve("none").toString();
        List<String> languages =
                List.of(
                        "-Duser.language=en",
                        "-Duser.language=ar -Duser.country=EG",
                        "-Duser.language=th -Duser.country=TH -Duser.extensions=u-nu-thai");
        String first = "";
        for (String language : languages) {
            Launch doctor =
                    Launch.bare(
                            folder,
                            Map.of("EVENHAND_JAVA_OPTS", language),
                            "doctor",
                            "--home",
                            home);
            assertTrue(doctor.text().contains("1 to put right"), doctor.text());
            first = first.isEmpty() ? doctor.text() : first;
            assertEquals(first, doctor.text(), language);
        }
    }
}
