package io.evenhand.cli.doctor;

import io.evenhand.cli.Home;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.StoreException;

/// Whether a process works with a data directory now.
final class Running {
    private Running() {}

    static boolean on(Home home) {
        try (DataDirectory _ = DataDirectory.hold(home.directory())) {
            return false;
        } catch (StoreException e) {
            return true;
        }
    }
}
