package io.evenhand.enclave.client;

import java.time.Duration;

/// How long a policy may take.
///
/// @param processor time of the guest host's threads: beyond it, the policy has had what it may
///   have, on any machine
/// @param wall time that passes meanwhile: beyond it the machine is crowded or the host hangs,
///   which is not the policy's fault
public record TimeLimits(Duration processor, Duration wall) {
    /// 6.5 million hidden rows in 61 MiB took 4 to 12 s on two busy cores; this is five times the
    /// worst of it, and five times more where others work too.
    public static final TimeLimits STAMPER =
            new TimeLimits(Duration.ofSeconds(60), Duration.ofSeconds(300));

    /// Ten times what the stamper may take, for a slower machine.
    public static final TimeLimits CUSTOMER =
            new TimeLimits(STAMPER.processor().multipliedBy(10), STAMPER.wall().multipliedBy(10));
}
