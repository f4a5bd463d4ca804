package io.evenhand.protocols.delegation;

import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.SealId;
import java.util.Optional;

/// How a job ended.
public sealed interface JobResult {
    @Kind("InputSent")
    record InputSent() implements JobResult {}

    /// Every chunk is verified and flushed.
    @Kind("Fetched")
    record Fetched(SealId sealId) implements JobResult {}

    /// The seal was tried with the published key.
    ///
    /// @param opened the seal opened; if not, the stamper stamped what it did not seal
    /// @param passed the policy passes on the opened work
    @Kind("Opened")
    record Opened(boolean opened, boolean passed) implements JobResult {}

    @Kind("InputHeld")
    record InputHeld() implements JobResult {}

    /// @param work RFC 6962 root of the work over chunks of 2^20 bytes
    @Kind("Worked")
    record Worked(int attempt, Bytes32 work) implements JobResult {}

    @Kind("Sealed")
    record Sealed(SealHeader header) implements JobResult {}

    /// @param header the seal of the very bytes the policy passed, or empty if it failed
    @Kind("Judged")
    record Judged(Bytes32 work, Optional<SealHeader> header) implements JobResult {}

    /// The job cannot be done; `why` is one line for people.
    @Kind("Failed")
    record Failed(String job, @Limit(MAX_WHY) String why) implements JobResult {
        private static final int MAX_WHY = 512;

        public Failed {
            why = Line.of(why, MAX_WHY);
        }
    }
}
