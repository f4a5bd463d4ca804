package io.evenhand.protocols.delegation;

import io.evenhand.kit.alarm.Alarm;
import java.util.OptionalLong;

/// What may go wrong in a delegation alone.
public sealed interface DelegationAlarm extends Alarm {
    /// T6: the stamp does not name the seal that the provider made itself.
    record StampMismatch() implements DelegationAlarm {}

    /// The key is shown and the claim is not in a block.
    ///
    /// @param until seconds since 1970: from then on the customer can take the wage back (R5)
    record ClaimAtRisk(String why, long until) implements DelegationAlarm {}

    @Override
    default String subject() {
        return switch (this) {
            case StampMismatch _, ClaimAtRisk _ -> "";
        };
    }

    @Override
    default OptionalLong due() {
        return switch (this) {
            case StampMismatch _ -> OptionalLong.empty();
            case ClaimAtRisk a -> OptionalLong.of(a.until());
        };
    }

    @Override
    default String line() {
        return switch (this) {
            case StampMismatch() ->
                    "the stamp does not name the seal we made ourselves; the stamper is not honest";
            case ClaimAtRisk(String why, long _) -> "the key is shown and not yet paid for: " + why;
        };
    }

    @Override
    default String wayOut() {
        return switch (this) {
            case StampMismatch _ -> "do not work with this stamper again; keep the bundle";
            case ClaimAtRisk _ -> "see to it that this machine reaches a node of the chain";
        };
    }
}
