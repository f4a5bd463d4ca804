package io.evenhand.simulation.metered;

import io.evenhand.simulation.meter.MeterFlaw;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Every rule that has a mutant. The explorer must refute each one, and for the reason named here.
final class Mutants {
    static final Scenario REQUESTER =
            Scenario.of("mutant", "a dishonest requester")
                    .against(Role.REQUESTER)
                    .with(Fault.NO_BLOCKS);

    static final Scenario PAYER =
            Scenario.of("mutant", "a dishonest payer").against(Role.REQUESTER).sessions(1);

    static final Scenario NODE =
            Scenario.of("mutant", "a dishonest node")
                    .against(Role.NODE)
                    .with(Fault.SILENCE, Fault.NO_BLOCKS)
                    .sessions(1);

    static final Scenario BROKEN = NODE.with(Fault.ENCLAVE_BROKEN);

    static final Scenario PROMPT =
            Scenario.of("mutant", "nobody cheats, nothing is late")
                    .with(Fault.NONE_DELAYED)
                    .sessions(1);

    static final Scenario NOBODY =
            Scenario.of("mutant", "nobody cheats").with(Fault.NO_BLOCKS).sessions(1);

    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(
                        ContractMutants.calls(),
                        ContractMutants.coins(),
                        seals(),
                        requesters(),
                        nodes(),
                        sessions(),
                        accounts(),
                        enclaves(),
                        chains())
                .flatMap(List::stream)
                .toList();
    }

    /// Names, seals, statements and Terms.
    private static List<Mutant> seals() {
        return List.of(
                model(
                        "states named without the psk",
                        "A20",
                        "whoever guesses a state sees that it is the one",
                        NODE,
                        "A-I8",
                        Flaw.NAMES_WITHOUT_PSK),
                model(
                        "no psk in a round's seal",
                        "A4",
                        "the key that a close publishes opens the round for all",
                        NODE,
                        "A-I8",
                        Flaw.SEAL_WITHOUT_PSK),
                model(
                        "statement without its input",
                        "A2",
                        "an enclave goes on from a state of its host's choice",
                        NODE,
                        "A-I6",
                        Flaw.INPUT_UNNAMED),
                model(
                        "xid without Terms",
                        "G8",
                        "an enclave runs another program under the same xid",
                        NODE,
                        "A-I6",
                        Flaw.XID_WITHOUT_TERMS),
                model(
                        "evidence unchecked",
                        "A21",
                        "the psk goes to what is no enclave",
                        NODE,
                        "A-I8",
                        Flaw.EVIDENCE_UNCHECKED));
    }

    private static List<Mutant> requesters() {
        return List.of(
                machine(
                        "update before its flush",
                        "A9",
                        "a crash loses what an update that has left pays for",
                        NOBODY,
                        "A-I1",
                        RequesterMutants.updateBeforeFlush()),
                machine(
                        "MAC unchecked",
                        "A-I1",
                        "the node puts a lock of its own in a statement",
                        NODE,
                        "A-I1",
                        RequesterMutants.macUnchecked()),
                machine(
                        "unsigned statement taken",
                        "G6",
                        "the last statement of a session proves nothing to others",
                        NODE,
                        "G6",
                        RequesterMutants.unsignedTaken()),
                machine(
                        "contents unchecked",
                        "F6",
                        "a broken enclave gives junk, and is paid on",
                        BROKEN,
                        "A-I1",
                        RequesterMutants.contentsUnchecked()),
                machine(
                        "no window",
                        "A7",
                        "everything is signed before anything is open",
                        BROKEN,
                        "A-I1",
                        RequesterMutants.noWindow()),
                machine(
                        "base accepted unopened",
                        "G7",
                        "what was withheld in one session is the base of the next",
                        NODE.with(Fault.WINDOW_OF_ONE, Fault.ONLY_WITHHOLDS).sessions(2),
                        "G7",
                        RequesterMutants.baseUnopened()),
                machine(
                        "one session remembered",
                        "A-I4",
                        "a window of the session before the last is bought again",
                        NODE.with(Fault.WINDOW_OF_ONE, Fault.ONLY_WITHHOLDS).sessions(3),
                        "G7",
                        RequesterMutants.oneSessionRemembered()),
                model(
                        "old ciphertexts dropped",
                        "F12",
                        "what an update of the session before pays for cannot be opened any more",
                        NODE.sessions(2),
                        "G7",
                        Flaw.CIPHERTEXTS_DROPPED),
                model(
                        "channel opened again",
                        "F11",
                        "old updates close it a second time",
                        PROMPT,
                        "F11",
                        Flaw.OPENS_AGAIN));
    }

    private static List<Mutant> nodes() {
        return List.of(
                machine(
                        "key before its flush",
                        "A-I13",
                        "a crash loses the update that pays for it",
                        NOBODY,
                        "A-I13",
                        NodeMutants.keyBeforeFlush()),
                model(
                        "key not in the flush",
                        "F3",
                        "the enclave dies, and the update closes nothing",
                        NOBODY.with(Fault.CRASH_NODE).faulty(1),
                        "A-I13",
                        Flaw.KEY_NOT_FLUSHED),
                machine(
                        "serves while closing",
                        "A8",
                        "a round is executed that no close will pay",
                        PROMPT.with(Fault.CLOSES_EARLY),
                        "A-I9",
                        NodeMutants.servesWhileClosing()),
                machine(
                        "deposit unchecked",
                        "A12",
                        "rounds run that the deposit does not pay",
                        REQUESTER,
                        "A-I2",
                        NodeMutants.depositUnchecked()),
                machine(
                        "runs ahead",
                        "A-I3",
                        "more rounds are executed than may wait for pay",
                        REQUESTER.with(Fault.WINDOW_OF_ONE).sessions(1),
                        "A-I3",
                        NodeMutants.runsAhead()),
                machine(
                        "any total taken",
                        "A13",
                        "the requester pays a wei less",
                        REQUESTER.sessions(1),
                        "A-I2",
                        NodeMutants.anyTotal()));
    }

    private static List<Mutant> sessions() {
        return List.of(
                machine(
                        "pair above the deposit",
                        "G1",
                        "a total that no contract pays stands where the best one stood",
                        REQUESTER,
                        "A-I2",
                        NodeMutants.pairAboveDeposit()),
                machine(
                        "pair unsigned",
                        "F5",
                        "a pair without a signature stands where the best one stood",
                        REQUESTER,
                        "A-I2",
                        NodeMutants.pairUnsigned()),
                machine(
                        "base from the requester's claim",
                        "F2",
                        "each session begins from the start again",
                        REQUESTER,
                        "A-I2",
                        NodeMutants.baseFromClaim()),
                new Mutant(
                        "session checked outside the writer",
                        "G5",
                        "an update of the session before is answered after the next one began",
                        REQUESTER,
                        "A-I13",
                        Set.of(Flaw.LATE_UPDATE),
                        Set.of(),
                        NodeMutants.sessionOutsideWriter()),
                machine(
                        "old sessions hear nothing",
                        "A-I14",
                        "a restarted requester waits for ever",
                        PROMPT.with(Fault.CRASH_NODE).faulty(1).sessions(2),
                        "A-I1",
                        NodeMutants.noEnded()),
                model(
                        "hello signed twice",
                        "F9",
                        "a restarted node answers a used number anew",
                        NOBODY.with(Fault.CRASH_NODE).faulty(1),
                        "G5",
                        Flaw.HELLO_TWICE),
                machine(
                        "settlement not counted",
                        "G4",
                        "what was paid is owed for ever",
                        Scenario.of("mutant", "a requester that moves on and settles")
                                .with(Fault.SILENCE, Fault.NO_BLOCKS),
                        "G4",
                        NodeMutants.settlementNotCounted()));
    }

    /// What an identity is trusted with.
    private static List<Mutant> accounts() {
        Scenario bad = REQUESTER.with(Fault.BAD_PROGRAM).sessions(1);
        return List.of(
                model(
                        "no limit",
                        "G2",
                        "sessions and rounds run for whoever asks",
                        REQUESTER.with(Fault.OTHER_CHANNEL),
                        "A-I3",
                        Flaw.NO_LIMIT),
                model(
                        "session unreserved",
                        "G2",
                        "session after session is begun and none paid",
                        REQUESTER.with(Fault.OTHER_CHANNEL).sessions(3),
                        "A-I3",
                        Flaw.SESSION_UNRESERVED),
                model(
                        "debt dropped by a session",
                        "F7",
                        "a new session begins without debt",
                        REQUESTER,
                        "A-I3",
                        Flaw.DEBT_DROPPED),
                model(
                        "account of each channel",
                        "F7",
                        "the same identity owes on another channel",
                        REQUESTER.with(Fault.OTHER_CHANNEL),
                        "A-I3",
                        Flaw.ACCOUNT_PER_CHANNEL),
                model(
                        "broken off for free",
                        "G3",
                        "a session ends the round of the one before, at no cost",
                        REQUESTER.with(Fault.OTHER_CHANNEL).sessions(3),
                        "A-I3",
                        Flaw.BROKEN_OFF_FREE),
                model(
                        "machine fault free",
                        "G3",
                        "programs break the machine again and again",
                        REQUESTER.with(Fault.MACHINE_FAULT, Fault.OTHER_CHANNEL),
                        "A-I3",
                        Flaw.MACHINE_FAULT_FREE),
                model(
                        "charged by the program's word",
                        "F4",
                        "a program works, and says that it did nothing",
                        bad,
                        "A-I2",
                        Flaw.CHARGED_BY_D),
                model(
                        "calls are free",
                        "F4",
                        "a program works in load",
                        bad,
                        "A-I2",
                        Flaw.CALLS_FREE));
    }

    private static List<Mutant> enclaves() {
        return List.of(
                machine(
                        "key for any update",
                        "A-I2",
                        "the enclave gives a key for a signature of nobody",
                        REQUESTER.sessions(1),
                        "A-I2",
                        NodeMutants.keyForAnything()),
                machine(
                        "round executed twice",
                        "F9",
                        "a host has two statements of one round",
                        NODE,
                        "F9",
                        NodeMutants.executesAgain()),
                model(
                        "enclave on disk",
                        "G5",
                        "a host puts its enclave back and runs a round again",
                        NODE,
                        "F9",
                        Flaw.ENCLAVE_ON_DISK),
                machine(
                        "machine fault charged",
                        "A26",
                        "a host kills the program and is paid for it",
                        NODE,
                        "A-I6",
                        NodeMutants.breakCharged()));
    }

    private static List<Mutant> chains() {
        return List.of(
                model(
                        "no finality",
                        "A11",
                        "the deposit is reorged away after rounds were opened",
                        PAYER.with(Fault.UNFUNDED).reorgs(1),
                        "A-I2",
                        Flaw.NO_FINALITY),
                model(
                        "no margin",
                        "A15",
                        "the close comes too late",
                        PAYER,
                        "A-I2",
                        Flaw.NO_MARGIN),
                model(
                        "Close without notBefore",
                        "F8",
                        "a bribed tower closes with update 1",
                        PAYER.with(Fault.BRIBED_TOWER),
                        "A-I2",
                        Flaw.CLOSE_ANY_TIME));
    }

    static Mutant meter(
            String name,
            String rule,
            String about,
            Scenario scenario,
            String invariant,
            MeterFlaw flaw) {
        return new Mutant(
                name,
                rule,
                about,
                scenario,
                invariant,
                Set.of(),
                Set.of(flaw),
                MachineDecorators.NOTHING);
    }

    private static Mutant model(
            String name,
            String rule,
            String about,
            Scenario scenario,
            String invariant,
            Flaw flaw) {
        return new Mutant(
                name,
                rule,
                about,
                scenario,
                invariant,
                Set.of(flaw),
                Set.of(),
                MachineDecorators.NOTHING);
    }

    private static Mutant machine(
            String name,
            String rule,
            String about,
            Scenario scenario,
            String invariant,
            MachineDecorators decorators) {
        return new Mutant(name, rule, about, scenario, invariant, Set.of(), Set.of(), decorators);
    }
}
