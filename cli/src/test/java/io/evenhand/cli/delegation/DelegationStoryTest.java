package io.evenhand.cli.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.cli.Home;
import io.evenhand.cli.Story;
import io.evenhand.kit.codec.Kind;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.customer.CustomerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DelegationStoryTest {
    @TempDir private Path folder = Path.of("");

    private static List<Class<?>> leaves(Class<?> type) {
        List<Class<?>> leaves = new ArrayList<>();
        for (Class<?> one : type.getPermittedSubclasses()) {
            if (one.isSealed()) {
                leaves.addAll(leaves(one));
            } else {
                leaves.add(one);
            }
        }
        return leaves;
    }

    @Test
    @DisplayName("each state of a customer that is not the end is a step for people, in order")
    void everyState() {
        Story story = new DelegationStory(new Home(folder));
        SessionKey session = new SessionKey(DelegationRoles.CUSTOMER, new Bytes32(0, 0, 0, 1));
        String last = "";
        for (Class<?> state : leaves(CustomerState.class)) {
            String name = Objects.requireNonNull(state.getAnnotation(Kind.class)).value();
            Optional<Story.Step> step = story.step(session, name);
            assertEquals(CustomerState.Final.class.isAssignableFrom(state), step.isEmpty(), name);
            String count = step.map(Story.Step::count).orElse("end");
            assertTrue(last.compareTo(count) <= 0, name + ": " + count + " after " + last);
            last = count;
        }
    }
}
