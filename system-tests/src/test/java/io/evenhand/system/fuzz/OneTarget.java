package io.evenhand.system.fuzz;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/// Runs one fuzz target in a process of its own, as Jazzer wants it; `make fuzz` starts one after
/// the other.
public final class OneTarget {
    private OneTarget() {}

    public static void main(String[] args) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(args[0]))
                                .build(),
                        listener);
        listener.getSummary()
                .printFailuresTo(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        boolean good =
                listener.getSummary().getTotalFailureCount() == 0
                        && listener.getSummary().getTestsSucceededCount() > 0;
        System.exit(good ? 0 : 1);
    }
}
