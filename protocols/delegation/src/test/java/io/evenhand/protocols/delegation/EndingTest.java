package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.text.Times;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.evidence.Ending;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.EvidenceCollector;
import io.evenhand.protocols.delegation.evidence.Outcome;
import io.evenhand.protocols.delegation.evidence.Party;
import io.evenhand.protocols.delegation.evidence.Proven;
import io.evenhand.protocols.delegation.evidence.Verdict;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every end of every role has its evidence, however early it comes, and the verdict on it is the
/// end (D-I9, D24).
class EndingTest {
    private static final Xid XID = new Xid(new Bytes32(1, 2, 3, 4));

    /// One state for each final class; a new one without a line here fails.
    private static final Map<Class<?>, Outcome> ENDS =
            Map.of(
                    CustomerState.Settled.class, Outcome.SETTLED,
                    CustomerState.Refunded.class, Outcome.REFUNDED,
                    CustomerState.Aborted.class, Outcome.ABORTED,
                    ProviderState.Settled.class, Outcome.SETTLED,
                    ProviderState.Returned.class, Outcome.REFUNDED,
                    ProviderState.Lost.class, Outcome.LOST,
                    ProviderState.Deceived.class, Outcome.ABORTED,
                    ProviderState.Aborted.class, Outcome.ABORTED,
                    StamperState.Expired.class, Outcome.EXPIRED);

    static Stream<Class<?>> finals() {
        return Stream.of(
                        CustomerState.Final.class,
                        ProviderState.Final.class,
                        StamperState.Final.class)
                .flatMap(all -> Arrays.stream(all.getPermittedSubclasses()));
    }

    private static Ending.Words words(Class<?> end) {
        return switch (sample(end)) {
            case CustomerState state -> Ending.of(state);
            case ProviderState state -> Ending.of(state);
            case StamperState state -> Ending.of(state);
            default -> throw new AssertionError(end + " is of no role");
        };
    }

    private static Object sample(Class<?> end) {
        Object[] values =
                Arrays.stream(end.getRecordComponents())
                        .map(component -> value(component.getType()))
                        .toArray();
        try {
            Class<?>[] types =
                    Arrays.stream(end.getRecordComponents())
                            .map(component -> component.getType())
                            .toArray(Class<?>[]::new);
            return end.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static Object value(Class<?> type) {
        if (type == Xid.class) {
            return XID;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == Fault.class) {
            return Rule.JOB_FAILED.because("for a reason");
        }
        throw new AssertionError("no sample of " + type);
    }

    @Test
    @DisplayName("every final state of the machines is known here")
    void complete() {
        assertEquals(ENDS.keySet(), new java.util.HashSet<>(finals().toList()));
    }

    /// How far the messages got when it ended.
    private record Stage(int heard, Evidence evidence, Order order) {}

    private static List<Stage> stages(World world, Party keeper) {
        world.revealing();
        List<Message> all = world.messages();
        PartyId self = keeper.id(world.plan().order());
        PartyId id =
                switch (keeper) {
                    case CUSTOMER -> world.customer.party();
                    case PROVIDER -> world.provider.party();
                    case STAMPER -> world.stamper.party();
                };
        assertEquals(id, self);
        Order order = EvidenceCollector.order(all).orElseThrow();
        return IntStream.rangeClosed(0, all.size())
                .mapToObj(heard ->
                        new Stage(heard, Bundles.gather(world, id, all.subList(0, heard)), order))
                .toList();
    }

    @TestFactory
    @DisplayName("each end at each stage makes a bundle whose verdict is that end")
    Stream<DynamicTest> ends() {
        return finals().map(end ->
                DynamicTest.dynamicTest(
                        end.getName(),
                        () -> everyStage(end, ENDS.getOrDefault(end, Outcome.UNKNOWN))));
    }

    private static void everyStage(Class<?> end, Outcome outcome) {
        World world = new World();
        Party keeper =
                CustomerState.class.isAssignableFrom(end)
                        ? Party.CUSTOMER
                        : ProviderState.class.isAssignableFrom(end)
                                ? Party.PROVIDER
                                : Party.STAMPER;
        RealCrypto crypto =
                switch (keeper) {
                    case CUSTOMER -> world.customerCrypto;
                    case PROVIDER -> world.providerCrypto;
                    case STAMPER -> world.stamperCrypto;
                };
        for (Stage stage : stages(world, keeper)) {
            Evidence evidence =
                    Bundles.ended(
                            stage.evidence(),
                            stage.order(),
                            keeper.id(stage.order()),
                            crypto,
                            words(end));
            assertEquals(evidence, Records.decode(Evidence.class, Records.encode(evidence)));
            Verdict verdict = Verdict.of(world.customerCrypto, evidence);
            String what = end.getSimpleName() + " after " + stage.heard() + " messages";
            assertEquals(outcome, verdict.outcome(), what);
            assertTrue(verdict.proves(Proven.ENDED), what);
            assertFalse(verdict.proves(Proven.PAID), what);
            assertTrue(
                    verdict.findings().stream().allMatch(c -> c.blame().isEmpty()),
                    () -> what + ": " + verdict.findings());
            assertTrue(
                    verdict.summary().contains("the word of the " + keeper.title()),
                    verdict.summary());
            assertTrue(
                    verdict.notProven().stream()
                            .anyMatch(gap -> gap.startsWith("Whether the provider was paid")),
                    what);
        }
    }

    @Test
    @DisplayName("the two sides of an offer that was refused are one exchange without Terms")
    void refused() {
        World world = new World();
        Order order = world.plan().order();
        Evidence customer =
                Bundles.ended(
                        Bundles.gather(world, world.customer.party(), List.of()),
                        order,
                        world.customer.party(),
                        world.customerCrypto,
                        Ending.of(
                                new CustomerState.Aborted(
                                        Rule.PROVIDER_REFUSED.because(
                                                "the provider refuses: too cheap"))));
        Evidence provider =
                Bundles.ended(
                        Bundles.gather(world, world.provider.party(), List.of()),
                        order,
                        world.provider.party(),
                        world.providerCrypto,
                        Ending.of(new ProviderState.Aborted(Rule.WAGE.because("too cheap"))));
        List<Verdict> both =
                Verdict.all(world.customerCrypto, List.of(customer, provider), Optional.empty());
        assertEquals(1, both.size());
        assertEquals(Outcome.ABORTED, both.getFirst().outcome());
        assertEquals(Optional.empty(), both.getFirst().xid());
        assertTrue(
                both.getFirst().summary().contains("no agreement is shown"),
                both.getFirst().summary());
    }

    @Test
    @DisplayName("times are told in words, and nonsense as a number")
    void times() {
        assertEquals("1 January 1970, 00:00:00 UTC", Times.utc(0));
        assertEquals("29 February 2024, 23:59:59 UTC", Times.utc(1_709_251_199));
        assertEquals("21 November 2026, 06:30:51 UTC", Times.utc(1_795_242_651));
        assertEquals("31 December 9999, 23:59:59 UTC", Times.utc(253_402_300_799L));
        assertEquals("second " + Long.MAX_VALUE, Times.utc(Long.MAX_VALUE));
        assertEquals("second -1", Times.utc(-1));
    }
}
