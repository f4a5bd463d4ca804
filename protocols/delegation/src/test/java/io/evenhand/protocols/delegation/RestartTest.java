package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Restarts and repeats at every stage of an exchange: decisions 12 and 18, kit section 1.6.
class RestartTest {
    /// The stages of an exchange, each with every effect still pending.
    static Map<String, Function<World, World>> stages() {
        Map<String, Function<World, World>> stages = new LinkedHashMap<>();
        stages.put("nothing yet", w -> w);
        for (int messages = 0; messages < 7; messages++) {
            int n = messages;
            stages.put(
                    "begun, " + n + " messages delivered",
                    w -> {
                        w.customer(new Input.Begin(w.now));
                        for (int i = 0; i < n; i++) {
                            w.deliverOnce();
                        }
                        return w;
                    });
        }
        stages.put("agreed", World::agreed);
        stages.put("judging", World::judging);
        stages.put("sealing", World::sealing);
        stages.put("delivering", World::delivering);
        stages.put("fetching", World::fetching);
        stages.put("checking", World::checking);
        stages.put("funding", World::funding);
        stages.put("confirming", World::confirming);
        stages.put("revealing", World::revealing);
        return stages;
    }

    private static Stream<DynamicTest> everywhere(Consumer<World> check) {
        return stages().entrySet().stream()
                .map(stage ->
                        DynamicTest.dynamicTest(
                                stage.getKey(),
                                () -> check.accept(stage.getValue().apply(new World()))));
    }

    private static void restart(World w) {
        w.customer(new Input.Restarted(w.now));
        w.provider(new Input.Restarted(w.now));
        w.stamper(new Input.Restarted(w.now));
    }

    @TestFactory
    @DisplayName(
            "12: a restart changes no state and asks for the same things, publishing nothing new")
    Stream<DynamicTest> restartChangesNothing() {
        return everywhere(w -> {
            List<Object> before = List.of(w.c, w.p, w.v);
            w.fromCustomer.clear();
            w.fromProvider.clear();
            w.fromStamper.clear();
            restart(w);
            List<List<Effect>> first =
                    List.of(
                            List.copyOf(w.fromCustomer),
                            List.copyOf(w.fromProvider),
                            List.copyOf(w.fromStamper));
            w.fromCustomer.clear();
            w.fromProvider.clear();
            w.fromStamper.clear();
            restart(w);
            assertEquals(before, List.of(w.c, w.p, w.v));
            assertEquals(first, List.of(w.fromCustomer, w.fromProvider, w.fromStamper));
            assertEquals(List.of(), World.published(w.fromCustomer));
            assertEquals(List.of(), World.published(w.fromProvider));
        });
    }

    @TestFactory
    @DisplayName("12: after a restart anywhere, with everything sent once more, it still settles")
    Stream<DynamicTest> restartSettles() {
        return everywhere(w -> {
            restart(w);
            HonestRun.settle(w);
        });
    }

    @TestFactory
    @DisplayName("kit 1.6: every message once more, from its sender, changes no state")
    Stream<DynamicTest> repeats() {
        return everywhere(w -> {
            w.deliver();
            List<Object> before = List.of(w.c, w.p, w.v);
            w.fromProvider.clear();
            for (World.Said said : new ArrayList<>(w.heard)) {
                w.hears(said.to(), said.from(), said.message());
            }
            assertEquals(before, List.of(w.c, w.p, w.v));
            assertEquals(List.of(), World.published(w.fromProvider));
        });
    }

    @TestFactory
    @DisplayName(
            "every message of an honest exchange, from a stranger, changes nothing and is not answered")
    Stream<DynamicTest> strangers() {
        World twin = new World().confirming();
        return everywhere(w -> {
            if (w.v instanceof StamperState.Idle) {
                // Whoever asks first gets the stamp key: the edge knows who may.
                return;
            }
            List<Object> before = List.of(w.c, w.p, w.v);
            int effects = w.effects();
            for (World.Said said : twin.heard) {
                if (!(said.message() instanceof Message.Provision)) {
                    w.hears(said.to(), w.stranger, said.message());
                }
            }
            assertEquals(before, List.of(w.c, w.p, w.v));
            assertEquals(effects, w.effects());
        });
    }
}
