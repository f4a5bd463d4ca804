package io.evenhand.simulation.metered;

import io.evenhand.simulation.meter.MeterFlaw;
import java.util.List;
import java.util.Set;

/// Mutants of the contract.
final class ContractMutants {
    private ContractMutants() {}

    /// Who may end a channel, and with what.
    static List<Mutant> calls() {
        return List.of(
                Mutants.meter(
                        "closed by anybody",
                        "A10",
                        "the payer closes with an old update itself",
                        Mutants.PAYER,
                        "A-I2",
                        MeterFlaw.CLOSE_BY_ANYBODY),
                Mutants.meter(
                        "refund before the timeout",
                        "A1",
                        "the deposit goes back while a close is under way",
                        Mutants.PAYER,
                        "A-I2",
                        MeterFlaw.REFUND_EARLY),
                Mutants.meter(
                        "close without the key",
                        "A-I1",
                        "the payee is paid and shows no key",
                        Mutants.NODE.without(Fault.NO_BLOCKS),
                        "A-I1",
                        MeterFlaw.LOCK_UNCHECKED),
                new Mutant(
                        "total above the deposit",
                        "A-I5",
                        "a payee and its payer close with what others put in",
                        Mutants.PAYER,
                        "A-I5",
                        Set.of(),
                        Set.of(MeterFlaw.TOTAL_UNBOUNDED),
                        NodeMutants.pairAboveDeposit()),
                Mutants.meter(
                        "closed twice",
                        "A18",
                        "a channel is not over after its close",
                        Mutants.PROMPT,
                        "A-I5",
                        MeterFlaw.WORD_NOT_CLEARED),
                Mutants.meter(
                        "released by the payer",
                        "A-I11",
                        "the payer takes its deposit back as if the payee gave it",
                        Mutants.PAYER,
                        "A-I2",
                        MeterFlaw.RELEASE_BY_ANYBODY));
    }

    /// Whose signature and whose money counts.
    static List<Mutant> coins() {
        return List.of(
                Mutants.meter(
                        "update of any signer",
                        "A24",
                        "the payee signs an update itself",
                        Mutants.NODE.without(Fault.NO_BLOCKS),
                        "A-I1",
                        MeterFlaw.SIGNER_UNBOUND),
                Mutants.meter(
                        "close that may be refused",
                        "A15",
                        "a payer that refuses coin makes every close revert",
                        Mutants.PAYER.with(Fault.PAYER_REFUSES),
                        "A-I2",
                        MeterFlaw.PUSH_OR_REVERT),
                Mutants.meter(
                        "top-up by storage key",
                        "F1",
                        "a refuser tops up its own credit with the money of others",
                        Mutants.PAYER.with(Fault.PAYER_REFUSES),
                        "A-I5",
                        MeterFlaw.TOP_UP_BY_STORAGE_KEY),
                Mutants.meter(
                        "notBefore unchecked",
                        "A-I11",
                        "a bribed tower closes at once, with update 1",
                        Mutants.PAYER.with(Fault.BRIBED_TOWER),
                        "A-I2",
                        MeterFlaw.NOT_BEFORE_IGNORED));
    }
}
