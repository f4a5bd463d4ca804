package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// `evidence prune`: what may go, and what never does.
class PruneTest extends Typing {
    private static final Octets SETTLED = settled(true);

    private static final SessionKey GOES = customer(1);
    private static final SessionKey OPEN = new SessionKey(DelegationRoles.STAMPER, ref(2));
    private static final SessionKey UNDELIVERED = customer(3);
    private static final SessionKey PROOF = customer(4);
    private static final SessionKey YOUNG = customer(5);
    private static final SessionKey ABORTED = new SessionKey(DelegationRoles.PROVIDER, ref(6));
    private static final SessionKey UNKNOWN = new SessionKey(new Role("metered", "payer"), ref(7));
    private static final SessionKey NOWHERE = customer(8);

    private static Bytes32 ref(long number) {
        return new Bytes32(number << 56, 0, 0, number);
    }

    private static SessionKey customer(long number) {
        return new SessionKey(DelegationRoles.CUSTOMER, ref(number));
    }

    private static Octets settled(boolean passed) {
        return new StateCodec<>(CustomerState.class)
                .encode(new CustomerState.Settled(new Xid(ref(9)), passed));
    }

    @BeforeEach
    void fill() throws IOException {
        NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(home), Optional.empty());
        try (Store store =
                Store.open(
                        home,
                        keys,
                        InstantSource.fixed(Instant.now().minus(Duration.ofDays(100))))) {
            end(store, GOES, SETTLED, true);
            KeyId key = store.keys().create();
            end(
                    store,
                    OPEN,
                    new StateCodec<>(StamperState.class).encode(new StamperState.Idle(key)),
                    false);
            end(store, UNDELIVERED, SETTLED, true);
            end(store, PROOF, settled(false), true);
            ProviderState aborted =
                    new ProviderState.Aborted(new Fault(Rule.NO_DEPOSIT, "no deposit"));
            end(store, ABORTED, new StateCodec<>(ProviderState.class).encode(aborted), true);
            end(store, UNKNOWN, SETTLED, true);
        }
        try (Store store = Store.open(home, keys, InstantSource.system())) {
            end(store, YOUNG, SETTLED, true);
        }
        SessionFiles files = files();
        for (SessionKey session :
                List.of(GOES, OPEN, UNDELIVERED, PROOF, YOUNG, ABORTED, UNKNOWN, NOWHERE)) {
            Files.write(files.path(session, SessionFiles.SEALED), new byte[2 << 10]);
        }
        Files.write(files.path(GOES, SessionFiles.LEAVES), new byte[1 << 10]);
        Files.createDirectories(home.resolve("outputs"));
        Files.writeString(
                home.resolve("outputs").resolve(UNDELIVERED.ref().toString()), "/tmp/labels.csv");
    }

    private static void end(Store store, SessionKey key, Octets state, boolean ended) {
        store.sessions().create(key, List.of(new PartyId(Bytes32.ZERO)), state);
        store.sessions().save(key, Optional.empty(), state, ended);
    }

    private SessionFiles files() {
        return new SessionFiles(home.resolve("blobs"));
    }

    private boolean has(SessionKey key) {
        return files().has(key, SessionFiles.SEALED);
    }

    @Test
    @DisplayName("what ended long ago and nobody needs goes; all else stays, each with its reason")
    void prune() {
        Run dry = run("evidence", "prune", "--dry-run");
        assertEquals(0, dry.exit(), dry.err());
        assertTrue(dry.out().contains("would remove exchange 01000000 (customer, "), dry.out());
        assertTrue(dry.out().contains("leaves, sealed, 3.0 KiB"), dry.out());
        assertTrue(has(GOES));
        assertTrue(has(NOWHERE));

        Run run = run("evidence", "prune");
        assertEquals(0, run.exit(), run.err());
        String said = run.out() + run.err();
        assertTrue(
                said.contains("removed 5.0 KiB of 2 exchange(s) that ended more than 90d ago"),
                said);
        assertTrue(said.contains("kept: the files of exchange 03000000: the work is not"), said);
        assertTrue(said.contains("kept: the files of exchange 04000000: they prove"), said);
        assertFalse(has(GOES));
        assertFalse(Files.exists(home.resolve("blobs").resolve(SessionFiles.folder(GOES))));
        assertFalse(has(ABORTED));
        for (SessionKey session : List.of(OPEN, UNDELIVERED, PROOF, YOUNG, UNKNOWN)) {
            assertTrue(has(session), session.toString());
        }
        assertFalse(has(NOWHERE), "no exchange of the journal has use for it");
        Run again = run("evidence", "prune", "--older-than", "1d");
        assertTrue(again.out().contains("removed 0 B of 0"), again.out());
    }

    @Test
    @DisplayName("the time is that of the configuration, and doctor tells what prune would remove")
    void retention() throws IOException {
        String doctor = run("doctor").out();
        assertTrue(
                doctor.contains(
                        "11.0 KiB of 5 exchange(s) that are over, 5.0 KiB of it older than"),
                doctor);
        Files.writeString(home.resolve("config.yaml"), CONFIG + "retention: 200d\n");
        Run run = run("evidence", "prune", "--dry-run");
        assertTrue(run.out().contains("of 0 exchange(s) that ended more than 200d ago"), run.out());
        doctor = run("doctor").out();
        assertTrue(doctor.contains("11.0 KiB of 5 exchange(s) that are over\n"), doctor);
        Files.writeString(home.resolve("config.yaml"), "retention: 5 weeks\n");
        refused(run("evidence", "prune"), 4, "config.yaml: retention: not a duration");
    }

    @Test
    @DisplayName("nothing is removed while a node works with the directory; dry runs are no harm")
    void running() {
        try (DataDirectory _ = DataDirectory.hold(home)) {
            refused(run("evidence", "prune"), 4, "another evenhand process uses this directory");
            assertTrue(has(GOES));
            assertEquals(0, run("evidence", "prune", "--dry-run").exit());
        }
    }

    @Test
    @DisplayName("wrong use is one line; a new directory has nothing to remove")
    void wrong() {
        refused(run("evidence", "prune", "--older-than", "0d"), 2, "1s to 365d");
        refused(run("evidence", "prune", "--older-than", "soon"), 2, "not a duration");
        refused(run("evidence", "prnue"), 2, "names no exchange");
        refused(
                run("evidence", "prune", "--home", folder.resolve("missing").toString()),
                4,
                "init");
        home = folder.resolve("new");
        assertEquals(0, run("init").exit());
        assertEquals(0, run("evidence", "prune").exit());
    }
}
