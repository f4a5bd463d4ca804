package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.text.Line;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// A machine never throws, whatever comes, and what it then stores can be read again.
class HostileTest {
    private static final Wei MOST = new Wei(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE));
    private static final Bytes32 ONES = new Bytes32(-1, -1, -1, -1);
    private static final long[] TIMES = {World.T0, 0, Long.MAX_VALUE};

    /// What an attacker puts into a field. Handles of secrets are the edge's own and stay.
    private static List<Object> extremes(Object value) {
        return switch (value) {
            case KeyId _ -> List.of();
            case Long _ ->
                    List.of(Long.MIN_VALUE, -1L, 0L, World.T0, Long.MAX_VALUE - 1, Long.MAX_VALUE);
            case Integer _ -> List.of(Integer.MIN_VALUE, -1, 0, 2, Integer.MAX_VALUE);
            case String _ ->
                    List.of(
                            "",
                            "/",
                            "\ud83d\ude00".repeat(1024),
                            "a".repeat(256),
                            "a".repeat(4096));
            case PublicKey _ -> List.of(Keys.OFF_CURVE, Keys.WITHOUT_LOCK);
            case Signature _ ->
                    List.of(new Signature(Bytes32.ZERO, Bytes32.ZERO), new Signature(ONES, ONES));
            case Bytes32 _ -> List.of(Bytes32.ZERO, ONES);
            case Address _ -> List.of(Address.ZERO);
            case Wei _ -> List.of(Wei.ZERO, MOST);
            case Optional<?> o when o.isPresent() -> List.of(Optional.empty());
            case Enum<?> e -> List.of((Object[]) e.getDeclaringClass().getEnumConstants());
            default -> List.of();
        };
    }

    /// Every copy of a record with one component, however deep, at an extreme.
    private static <R extends Record> List<R> mutants(R record) {
        List<R> all = new ArrayList<>();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = Change.get(record, component);
            for (Object extreme : extremes(value)) {
                all.add(Change.with(record, component.getName(), extreme));
            }
            Object inner = value instanceof Optional<?> o && o.isPresent() ? o.get() : value;
            if (inner instanceof Record deeper
                    && extremes(deeper).isEmpty()
                    && !(deeper instanceof KeyId)) {
                for (Record mutant : mutants(deeper)) {
                    Object replacement = value instanceof Optional ? Optional.of(mutant) : mutant;
                    all.add(Change.with(record, component.getName(), replacement));
                }
            }
        }
        return all;
    }

    private static boolean passesTheWire(Message message) {
        try {
            return Records.decode(Message.class, Records.encode(Message.class, message))
                    .equals(message);
        } catch (MalformedException _) {
            return false;
        }
    }

    private static Stream<DynamicTest> everywhere(Function<World, Integer> check) {
        return RestartTest.stages().entrySet().stream()
                .map((Map.Entry<String, Function<World, World>> stage) ->
                        DynamicTest.dynamicTest(
                                stage.getKey(),
                                () ->
                                        assertTrue(
                                                check.apply(stage.getValue().apply(new World()))
                                                        > 100)));
    }

    @TestFactory
    @DisplayName("every message with one field at an extreme, at every stage: no machine throws")
    Stream<DynamicTest> messages() {
        World twin = new World().confirming();
        List<World.Said> mutants = new ArrayList<>();
        for (World.Said said : twin.heard) {
            for (Record mutant : mutants((Record) said.message())) {
                if (passesTheWire((Message) mutant)) {
                    mutants.add(new World.Said(said.from(), said.to(), (Message) mutant));
                }
            }
        }
        return everywhere(w -> {
            var c = w.c;
            var p = w.p;
            var v = w.v;
            for (World.Said said : mutants) {
                w.hears(said.to(), said.from(), said.message());
                // Each starts from the same state, whatever the one before did.
                w.c = c;
                w.p = p;
                w.v = v;
            }
            return mutants.size();
        });
    }

    @TestFactory
    @DisplayName(
            "every snapshot of the chain with extremes, at any time, at every stage: no machine throws")
    Stream<DynamicTest> snapshots() {
        return everywhere(w -> {
            var c = w.c;
            var p = w.p;
            int count = 0;
            for (DealStatus tip : DealStatus.values()) {
                for (DealStatus fin : DealStatus.values()) {
                    DealView seen = w.view(tip, fin, Optional.of(new RevealedKey(ONES)));
                    for (DealView view : mutants(seen)) {
                        for (long time : TIMES) {
                            w.now = new ChainTime(World.T0, time);
                            w.customerSees(view);
                            w.providerSees(view);
                            w.c = c;
                            w.p = p;
                            count++;
                        }
                    }
                }
            }
            return count;
        });
    }

    @TestFactory
    @DisplayName("every job result and timer, at every stage: no machine throws")
    Stream<DynamicTest> results() {
        World twin = new World().sealing();
        List<JobResult> results = new ArrayList<>();
        for (JobResult result :
                List.of(
                        new JobResult.InputSent(),
                        new JobResult.InputHeld(),
                        new JobResult.Fetched(twin.header.sealId()),
                        new JobResult.Opened(true, false),
                        new JobResult.Worked(1, Bytes32.ZERO),
                        new JobResult.Sealed(twin.header),
                        new JobResult.Judged(Bytes32.ZERO, Optional.of(twin.header)),
                        new JobResult.Failed("job", "no\u001b[31m\r\n\ud83dway".repeat(200)))) {
            results.add(result);
            mutants((Record) result).forEach(mutant -> results.add((JobResult) mutant));
        }
        return everywhere(w -> {
            var before = List.of(w.c, w.p, w.v);
            int count = 0;
            for (JobResult result : results) {
                for (long time : TIMES) {
                    w.now = new ChainTime(time, World.T0);
                    for (Input input :
                            List.of(
                                    new Input.Done(result, w.now),
                                    new Input.Woke(Timer.WORK, w.now),
                                    new Input.Woke(Timer.FUND, w.now))) {
                        w.customer(input);
                        w.provider(input);
                        w.stamper(input);
                        w.c = (CustomerState) before.get(0);
                        w.p = (ProviderState) before.get(1);
                        w.v = (StamperState) before.get(2);
                        count++;
                    }
                }
            }
            return count;
        });
    }

    @Test
    @DisplayName("a reason is one line that fits its place, whatever it quotes")
    void lines() {
        assertEquals("a b", Line.of("a\nb", 9));
        assertEquals(" [31m", Line.of("\u001b[31m", 9));
        assertEquals("a b", Line.of("a\u009bb", 9));
        assertEquals("a b", Line.of("a\ud83db", 9));
        assertEquals("a", Line.of("aü", 2));
        assertEquals("aü", Line.of("aü", 3));
        assertEquals("", Line.of("\ud83d\ude00", 3));
        assertEquals("\ud83d\ude00", Line.of("\ud83d\ude00x", 4));
        assertEquals("", Line.of("abc", 0));
        assertEquals("x\u20ac", Line.of("x\u20ac\u20ac", 6));
    }
}
