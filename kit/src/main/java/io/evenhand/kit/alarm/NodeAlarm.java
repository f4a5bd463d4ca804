package io.evenhand.kit.alarm;

import java.util.OptionalLong;

/// What any part of a node may raise, whatever the protocol and the chain.
public sealed interface NodeAlarm extends Alarm {
    /// A step of an exchange has not happened and little time is left for it.
    ///
    /// @param what the step, such as `the deposit`
    /// @param until seconds since 1970
    record DeadlineNear(String what, long until) implements NodeAlarm {}

    /// A part of the program that has to go on fails again and again; it is tried on, with pauses.
    ///
    /// @param part what it does
    record PartFails(String part, String why) implements NodeAlarm {}

    @Override
    default String subject() {
        return switch (this) {
            case DeadlineNear _ -> "";
            case PartFails a -> a.part();
        };
    }

    @Override
    default OptionalLong due() {
        return switch (this) {
            case DeadlineNear a -> OptionalLong.of(a.until());
            case PartFails _ -> OptionalLong.empty();
        };
    }

    @Override
    default String line() {
        return switch (this) {
            case DeadlineNear(String what, long _) -> what + " is still missing";
            case PartFails(String part, String why) -> "\"" + part + "\" fails: " + why;
        };
    }

    @Override
    default String wayOut() {
        return switch (this) {
            case DeadlineNear _ -> "nothing is lost yet; \"evenhand show\" says what it waits for";
            case PartFails _ -> "it is tried again; if the line names no cause outside, report it";
        };
    }
}
