package io.evenhand.system.exchange;

import io.evenhand.kit.process.ChildProcess;
import io.evenhand.system.house.SourceTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One run of the launcher to its end, with no variable of the environment but those given.
///
/// @param text both streams
record Launch(int exit, String text) {
    static Launch bare(Path where, Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        return bare(where, environment, words, new String[0]);
    }

    static Launch bare(Path where, Map<String, String> environment, String[] words, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(SourceTree.root().resolve("evenhand").toString());
        command.addAll(List.of(words));
        command.addAll(List.of(more));
        return run(where, environment, command);
    }

    static Launch run(Path where, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        String path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("EVENHAND_NO_BUILD", "1");
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = ChildProcess.start(builder);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Launch(process.waitFor(), text);
    }
}
