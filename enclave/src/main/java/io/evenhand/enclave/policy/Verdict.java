package io.evenhand.enclave.policy;

import io.evenhand.kit.codec.Limit;

/// What a policy says about a work.
///
/// @param detail one line with the figures behind the bit. It tells more about the hidden data than
///   the provider may learn, so it never leaves the stamper; the customer sees it when it judges
///   the opened work again.
public record Verdict(boolean passed, @Limit(MAX_DETAIL) String detail) {
    /// Bytes of the line: figures and a place, never a text of the work.
    static final int MAX_DETAIL = 1024;

    /// Without the detail: a verdict may end up in a log.
    @Override
    public String toString() {
        return passed ? "passed" : "failed";
    }
}
