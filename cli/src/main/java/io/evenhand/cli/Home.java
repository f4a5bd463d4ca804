package io.evenhand.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A node's data directory: keys, journal and blobs (package `node.store`), and `config.yaml`.
public record Home(Path directory) {
    /// The directory a user named, else `EVENHAND_HOME`, else `~/.evenhand`.
    static Home of(Optional<Path> option, Map<String, String> environment) {
        return new Home(
                option.or(() -> named(environment))
                        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".evenhand"))
                        .toAbsolutePath()
                        .normalize());
    }

    private static Optional<Path> named(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("EVENHAND_HOME"))
                .filter(text -> !text.isBlank())
                .map(Path::of);
    }

    public Path configFile() {
        return directory.resolve("config.yaml");
    }

    public Config config() {
        return Config.load(configFile());
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
