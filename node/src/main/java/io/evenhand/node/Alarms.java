package io.evenhand.node;

import io.evenhand.kit.alarm.Alarm;
import io.evenhand.kit.alarm.NodeAlarm;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.store.StoreException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which alarms are raised now. Other parts of the node report what is true when they look; this
/// class finds out what of it is new.
///
/// An alarm is reported when it is raised, when half of the time it left has gone, and when it is
/// over.
public final class Alarms {
    private final Store store;
    private final InstantSource clock;
    private final EventSink events;

    /// By exchange, so that one does not have to be found among all that are in trouble.
    private final Map<Optional<SessionKey>, Map<Subject, Told>> raised = new HashMap<>();

    /// Parts of the node that fail by themselves: no check of the outside reports them.
    private final Map<String, Alarm> failing = new LinkedHashMap<>();

    private List<Alarm> ofNode = List.of();

    private record Subject(String kind, String subject) {
        static Subject of(Alarm alarm) {
            return new Subject(alarm.kind(), alarm.subject());
        }
    }

    /// @param left how much time it left when it was told
    private record Told(Alarm alarm, long left) {}

    Alarms(Store store, InstantSource clock, EventSink events) {
        this.store = store;
        this.clock = clock;
        this.events = events;
        store.alarms().startAnew();
    }

    /// A part of the node fails. Never throws: whoever calls it is in trouble already.
    public synchronized void fails(String part, RuntimeException why) {
        Alarm alarm = new NodeAlarm.PartFails(part, cause(why));
        if (!alarm.equals(failing.put(part, alarm))) {
            tryToSet(alarm);
        }
    }

    /// A part of the node works, again or still.
    public synchronized void works(String part) {
        Alarm over = failing.remove(part);
        if (over != null) {
            tryToSet(over);
        }
    }

    private void tryToSet(Alarm alarm) {
        try {
            set(Optional.empty(), ofNode);
        } catch (RuntimeException e) {
            // The journal is what fails; the next change is written with it.
            events.trouble(alarm.line());
        }
    }

    private static String cause(RuntimeException why) {
        return why instanceof StoreException
                ? String.valueOf(why.getMessage())
                : why.getClass().getSimpleName() + ": " + why.getMessage();
    }

    /// All that holds now for one exchange, or for the node itself; what else was raised is over.
    public synchronized void set(Optional<SessionKey> about, Collection<Alarm> present) {
        if (about.isEmpty()) {
            ofNode = List.copyOf(present);
        }
        List<Alarm> all = new ArrayList<>(present);
        if (about.isEmpty()) {
            all.addAll(failing.values());
        }
        replace(about, all);
    }

    private void replace(Optional<SessionKey> about, Collection<Alarm> present) {
        Map<Subject, Alarm> now = new LinkedHashMap<>();
        present.forEach(alarm -> now.put(Subject.of(alarm), alarm));
        Map<Subject, Told> before = raised.computeIfAbsent(about, _ -> new LinkedHashMap<>());
        before.entrySet()
                .removeIf(entry -> {
                    boolean over = !now.containsKey(entry.getKey());
                    if (over) {
                        Alarm alarm = entry.getValue().alarm();
                        store.alarms().clear(about, alarm);
                        tell(about, alarm, false);
                    }
                    return over;
                });
        now.forEach((subject, alarm) -> raise(about, before, subject, alarm));
        if (before.isEmpty()) {
            raised.remove(about);
        }
    }

    private void raise(
            Optional<SessionKey> about, Map<Subject, Told> before, Subject subject, Alarm alarm) {
        long left = left(alarm);
        Told told = before.get(subject);
        if (told == null || !told.alarm().equals(alarm)) {
            store.alarms().raise(about, alarm);
        }
        if (told == null || (left > 0 && left <= told.left() / 2)) {
            before.put(subject, new Told(alarm, left));
            tell(about, alarm, true);
        } else {
            before.put(subject, new Told(alarm, told.left()));
        }
    }

    /// Raises an alarm that is never over: a party did wrong.
    public void convict(SessionKey session, Alarm alarm) {
        if (store.alarms().isRaised(session, alarm.kind())) {
            return;
        }
        store.alarms().convict(session, alarm);
        tell(Optional.of(session), alarm, true);
    }

    private long left(Alarm alarm) {
        return alarm.due().isPresent() ? alarm.due().getAsLong() - now() : 0;
    }

    private void tell(Optional<SessionKey> about, Alarm alarm, boolean isRaised) {
        events.alarm(new AlarmNews(about, alarm, isRaised, now()));
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
