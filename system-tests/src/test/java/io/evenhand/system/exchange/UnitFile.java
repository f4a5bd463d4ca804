package io.evenhand.system.exchange;

import io.evenhand.system.house.SourceTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A systemd unit of docs/how-to/systemd, and a process started under its restrictions by
/// `as-unit.sh`: a root file system with the unit's own paths, read-only where the unit says so,
/// its user, its rights, its limits.
final class UnitFile {
    /// What `as-unit.sh` applies, or refuses to go without.
    private static final Set<String> APPLIED =
            Set.of(
                    "StateDirectory",
                    "StateDirectoryMode",
                    "WorkingDirectory",
                    "LoadCredentialEncrypted",
                    "Environment",
                    "LimitNOFILE",
                    "LimitCORE",
                    "NoNewPrivileges",
                    "ProtectSystem",
                    "PrivateTmp",
                    "PrivateDevices",
                    "ProtectKernelTunables",
                    "CapabilityBoundingSet",
                    "UMask");

    /// What a service cannot notice in what it writes: filters of system calls, homes that this
    /// root does not have, and what systemd does before and after.
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "User",
                    "Group",
                    "ExecStart",
                    "SuccessExitStatus",
                    "Restart",
                    "RestartSec",
                    "TimeoutStopSec",
                    "ProtectHome",
                    "ProtectKernelModules",
                    "ProtectControlGroups",
                    "RestrictAddressFamilies",
                    "RestrictSUIDSGID",
                    "LockPersonality");

    private final String name;
    private final Map<String, String> service;

    private UnitFile(String name, Map<String, String> service) {
        this.name = name;
        this.service = service;
    }

    static Path path(String name) {
        return SourceTree.root().resolve("docs/how-to/systemd").resolve(name + ".service");
    }

    static UnitFile read(String name) throws IOException {
        Map<String, String> service = new LinkedHashMap<>();
        String section = "";
        String text = Files.readString(path(name)).replaceAll("\\\\\n\\s*", " ");
        for (String line : text.lines().toList()) {
            if (line.startsWith("[")) {
                section = line;
            } else if (section.equals("[Service]") && line.matches("[A-Za-z]+=.*")) {
                int equals = line.indexOf('=');
                String key = line.substring(0, equals);
                if (!APPLIED.contains(key) && !LEFT_OUT.contains(key)) {
                    throw new AssertionError(name + ": as-unit.sh does not know " + key + "=");
                }
                service.merge(key, line.substring(equals + 1), (a, b) -> a + "\n" + b);
            }
        }
        return new UnitFile(name, service);
    }

    String name() {
        return name;
    }

    /// The words of ExecStart, as systemd splits them.
    List<String> execStart() {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (char c : (service.get("ExecStart") + " ").toCharArray()) {
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (quote == 0 && c == ' ') {
                if (!word.isEmpty()) {
                    words.add(word.toString().replace("$$", "$"));
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        return words;
    }

    /// The directory that the unit's command names with `--home`.
    String home() {
        return String.join(" ", execStart()).replaceAll(".*--home (\\S+) .*", "$1");
    }

    /// A command under the restrictions of this unit.
    ///
    /// @param folder holds `lib` (what stands at /var/lib), `etc` (at /etc/evenhand)
    ProcessBuilder sandbox(Path folder, int user, List<String> command) throws IOException {
        Path script = Files.createTempFile(folder, "as-unit", ".sh");
        try (var in = UnitFile.class.getResourceAsStream("as-unit.sh")) {
            Files.write(script, in.readAllBytes());
        }
        List<String> line = new ArrayList<>(List.of("unshare", "--mount", "bash"));
        line.add(script.toString());
        line.add(Files.createTempDirectory(folder, "root").toString());
        line.add(SourceTree.root().toString());
        line.add(System.getProperty("java.home"));
        line.add(folder.resolve("lib").toString());
        line.add(folder.resolve("etc").toString());
        line.add(Integer.toString(user));
        line.add("--");
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().keySet().removeIf(key -> key.startsWith("U_"));
        service.forEach((key, value) -> builder.environment().put("U_" + key, value));
        return builder;
    }
}
