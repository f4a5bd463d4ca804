package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Proven;
import io.evenhand.protocols.delegation.evidence.Verdict;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Whatever is done to a genuine bundle, it is refused, or proves nothing that it did not prove
/// before (D-I9).
class TamperTest {
    private static final long SEED = Long.getLong("evenhand.seed", 20_261_121);

    /// Every so many bytes one is changed: a verdict takes milliseconds.
    private static final int STRIDE = 5;

    private final World world = new World();
    private final Evidence genuine = Bundles.whole(world);
    private final Set<Finding> proven =
            new HashSet<>(Verdict.of(world.customerCrypto, genuine).findings());

    /// Empty if the bundle is refused.
    private Optional<Verdict> verdict(Evidence evidence) {
        try {
            return Optional.of(Verdict.of(world.customerCrypto, evidence));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    private void provesNothingNew(String what, Evidence evidence) {
        verdict(evidence)
                .ifPresent(v -> {
                    for (Finding claim : v.findings()) {
                        boolean weaker =
                                claim.kind() == Proven.SIGNED || claim.kind() == Proven.DELIVERED;
                        assertTrue(
                                proven.contains(claim) || weaker, () -> what + " proves " + claim);
                        assertEquals(List.of(), claim.blame(), what);
                    }
                });
    }

    @Test
    @DisplayName("D-I9: a bundle with any byte changed is refused")
    void flipped() {
        Random random = new Random(SEED);
        byte[] bytes = Records.encode(genuine);
        for (int at = random.nextInt(STRIDE); at < bytes.length; at += 1 + random.nextInt(STRIDE)) {
            byte[] forged = bytes.clone();
            forged[at] ^= (byte) (1 << random.nextInt(8));
            int where = at;
            assertThrows(
                    MalformedException.class,
                    () -> Verdict.of(world.customerCrypto, Records.decode(Evidence.class, forged)),
                    () -> "seed " + SEED + ", byte " + where);
        }
    }

    @Test
    @DisplayName("a bundle that was cut or that goes on is refused")
    void cut() {
        byte[] bytes = Records.encode(genuine);
        for (int length = 0; length < bytes.length; length += 97) {
            byte[] forged = Arrays.copyOf(bytes, length);
            assertThrows(MalformedException.class, () -> Records.decode(Evidence.class, forged));
        }
        assertThrows(
                MalformedException.class,
                () -> Records.decode(Evidence.class, Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Test
    @DisplayName("D-I9: a bundle without one of its documents proves less, and blames nobody")
    void without() {
        int less = 0;
        for (RecordComponent component : Evidence.class.getRecordComponents()) {
            Object value = Change.get(genuine, component);
            Optional<Object> nothing =
                    value instanceof Optional<?>
                            ? Optional.of(Optional.empty())
                            : value instanceof List<?> ? Optional.of(List.of()) : Optional.empty();
            if (nothing.isPresent()) {
                Evidence forged = Change.with(genuine, component.getName(), nothing.get());
                provesNothingNew("without " + component.getName(), forged);
                boolean all =
                        verdict(forged).filter(v -> v.findings().containsAll(proven)).isPresent();
                less += all ? 0 : 1;
            }
        }
        // The policy's text alone is told and proves nothing more.
        assertEquals(Evidence.class.getRecordComponents().length - 2, less);
    }

    @Test
    @DisplayName("lists in another order or with a document twice prove nothing new")
    void reordered() {
        for (RecordComponent component : Evidence.class.getRecordComponents()) {
            if (Change.get(genuine, component) instanceof List<?> list) {
                provesNothingNew(
                        component.getName() + " turned",
                        Change.with(genuine, component.getName(), list.reversed()));
                List<Object> twice = new ArrayList<>(list);
                twice.addAll(list);
                provesNothingNew(
                        component.getName() + " twice",
                        Change.with(genuine, component.getName(), twice));
            }
        }
    }

    @Test
    @DisplayName("a document of another exchange of the same parties refuses the bundle")
    void spliced() {
        Evidence other =
                Bundles.whole(
                        new World()
                                .ordering(order ->
                                        Change.with(
                                                order, "customerNonce", new Bytes32(5, 5, 5, 5))));
        assertFalse(other.terms().equals(genuine.terms()));
        int refused = 0;
        for (RecordComponent component : Evidence.class.getRecordComponents()) {
            Object foreign = Change.get(other, component);
            if (!foreign.equals(Change.get(genuine, component))) {
                Evidence spliced = Change.with(genuine, component.getName(), foreign);
                assertEquals(
                        Optional.empty(), verdict(spliced), () -> "spliced " + component.getName());
                refused++;
            }
        }
        assertTrue(refused >= 10, "only " + refused + " components differ");
    }

    @Test
    @DisplayName("D22: a signature in the place of another one refuses the bundle")
    void swapped() {
        List<String> places = List.of("customer", "provider", "possession", "ready");
        for (String from : places) {
            for (String to : places) {
                if (!from.equals(to)) {
                    assertEquals(
                            Optional.empty(),
                            verdict(Change.with(genuine, to, Change.get(genuine, from))),
                            () -> from + " as " + to);
                }
            }
        }
    }
}
