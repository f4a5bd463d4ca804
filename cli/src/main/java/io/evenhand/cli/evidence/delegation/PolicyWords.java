package io.evenhand.cli.evidence.delegation;

import io.evenhand.enclave.policy.Accuracy;
import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.enclave.policy.Size;
import io.evenhand.enclave.policy.Wasm;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.text.ShortIds;
import java.math.BigDecimal;

/// What a policy asks of a work, for somebody who never saw its text.
final class PolicyWords {
    private PolicyWords() {}

    /// @param text as a party wrote it; it may be none that this program knows
    static String of(String text) {
        try {
            return of(PolicySpec.parse(text));
        } catch (MalformedException e) {
            return "of a kind that this program does not know: " + ShortIds.of(text);
        }
    }

    private static String of(PolicySpec policy) {
        return switch (policy) {
            case Accuracy(int tenThousandths) ->
                    "accuracy: of the rows that the customer kept hidden, "
                            + BigDecimal.valueOf(tenThousandths, 2)
                                    .stripTrailingZeros()
                                    .toPlainString()
                            + " % or more are right in the work";
            case Size(long atLeast, long atMost) ->
                    "size: the work has " + atLeast + " to " + atMost + " bytes";
            case Wasm _ -> "a WebAssembly module of the customer accepts the work";
        };
    }
}
