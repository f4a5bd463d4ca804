package io.evenhand.node.metered;

import io.evenhand.kit.value.Wei;
import java.time.Duration;

/// Hears how a job goes on.
public interface ComputeListener {
    /// @param done cycles whose state is here
    /// @param paid total of the newest update that was said
    /// @param ahead price of what is signed and not open
    void progress(long done, long cycles, Wei paid, Wei ahead);

    /// The node does not answer; it is tried again for a while.
    void silent(Duration left);
}
