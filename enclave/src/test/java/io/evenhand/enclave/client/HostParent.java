package io.evenhand.enclave.client;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/// A node that judges until it is killed; says the process id of its guest host.
final class HostParent {
    private HostParent() {}

    public static void main(String[] args) throws Exception {
        Assignment job = Assignment.of(args[0], Path.of(args[1]), Path.of(args[1]));
        Hosts hosts = new Hosts();
        Thread.ofPlatform()
                .start(() -> {
                    try {
                        System.err.println(hosts.judge("a", job, TimeLimits.CUSTOMER));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        while (true) {
            for (ProcessHandle child : ProcessHandle.current().children().toList()) {
                if (child.info().commandLine().filter(c -> c.contains("GuestHost")).isPresent()) {
                    System.out.println(child.pid());
                    return;
                }
            }
            LockSupport.parkNanos(10_000_000);
        }
    }
}
