package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.node.store.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The parties of a demo, each a process with a home of its own.
public final class PartyProcesses {
    private final DemoSetup setup;
    private final Transcript transcript;
    private final List<Party> started = new ArrayList<>();
    private final Map<Role, Party> present = new HashMap<>();
    private final Map<Role, List<String>> commands = new HashMap<>();
    private final Map<Role, Map<String, String>> options = new HashMap<>();
    private final List<String> vmOptions = new ArrayList<>();

    PartyProcesses(DemoSetup setup, Transcript transcript) {
        this.setup = setup;
        this.transcript = transcript;
    }

    /// Sets an option of a party's command line, or replaces it.
    public void option(Role role, String name, String value) {
        options(role).put(name, value);
    }

    /// Sets an option of every party's virtual machine, which the program of the demo reads.
    public void everyParty(String vmOption) {
        vmOptions.add(vmOption);
    }

    private Map<String, String> options(Role role) {
        return options.computeIfAbsent(role, _ -> new LinkedHashMap<>());
    }

    /// Starts a party; its options are those set so far.
    public Party start(Role role, List<String> command) throws IOException {
        commands.put(role, List.copyOf(command));
        return launch(role, command);
    }

    private Party launch(Role role, List<String> command) throws IOException {
        List<String> line = new ArrayList<>(command);
        options(role)
                .forEach((name, value) -> {
                    line.add(name);
                    line.add(value);
                });
        // The virtual machine lives for seconds, unless somebody keeps it.
        List<String> vm = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1"));
        vm.addAll(vmOptions);
        Party.Entry entry = vmOptions.isEmpty() ? Party.Entry.INSTALLED : Party.Entry.DEMO;
        Party party = Party.start(entry, role.text(), setup.home(role), vm, transcript::hear, line);
        synchronized (started) {
            started.add(party);
            present.put(role, party);
        }
        return party;
    }

    /// The present process of a party.
    public Party of(Role role) {
        synchronized (started) {
            return Optional.ofNullable(present.get(role))
                    .orElseThrow(() -> new IllegalStateException(role + " is not there yet"));
        }
    }

    /// Ends a party's process at once, as a power cut does.
    public void kill(Role role) throws InterruptedException {
        transcript.say("the " + role.text() + "'s process is killed (kill -9)");
        of(role).kill();
    }

    /// Starts a server that was killed, with the same command.
    public Party restart(Role role) throws IOException, InterruptedException {
        transcript.say("the " + role.text() + " starts again");
        Party party = launch(role, commands.getOrDefault(role, List.of()));
        JsonNode _ = party.listening();
        return party;
    }

    /// Starts a party that was killed with another command, and without its options.
    public Party restart(Role role, List<String> command) throws IOException {
        transcript.say("the " + role.text() + " starts again");
        options(role).clear();
        return launch(role, command);
    }

    /// The first event of this kind that a party said or will say.
    public JsonNode await(Role role, String event) throws InterruptedException {
        return await(role, e -> e.path("event").asText().equals(event), "come to " + event);
    }

    public JsonNode await(Role role, Predicate<JsonNode> fits, String what)
            throws InterruptedException {
        return of(role).await(fits, DemoNet.STEP_LIMIT, what);
    }

    /// A party's exchange came to this state.
    public void awaitState(Role role, String state) throws InterruptedException {
        JsonNode _ =
                await(
                        role,
                        e ->
                                e.path("event").asText().equals("StateChanged")
                                        && e.path("to").asText().equals(state),
                        "come to " + state);
    }

    /// Every process so far, for who closes them.
    List<Party> started() {
        synchronized (started) {
            return List.copyOf(started);
        }
    }
}
