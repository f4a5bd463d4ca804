package io.evenhand.kit.alarm;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// Something that may cost money unless somebody acts, raised while there is still time.
///
/// Whoever raises alarms has a sealed family of records of its own: each rail, each protocol, and
/// {@link NodeAlarm} for what any of them may raise. Each kind has its paragraph in
/// `docs/how-to/alarms.md`. No alarm holds a secret.
public interface Alarm {
    /// The kinds of a family, for those who count them.
    static List<String> kinds(Class<? extends Alarm> family) {
        return Arrays.stream(family.getPermittedSubclasses()).map(Class::getSimpleName).toList();
    }

    default String kind() {
        return getClass().getSimpleName();
    }

    /// What it is about where several of a kind may be raised at once, else empty.
    String subject();

    /// When it is too late, in seconds since 1970; nothing if the alarm knows no such moment.
    OptionalLong due();

    /// What is wrong, on one line.
    String line();

    /// What to do, on one line.
    String wayOut();
}
