package io.evenhand.simulation.delegation;

import io.evenhand.simulation.delegation.Scenario.Start;
import io.evenhand.simulation.escrow.EscrowFlaw;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Every rule that has a mutant. The explorer must refute each one, and for the reason named here.
final class Mutants {
    private static final Scenario CUSTOMER_CHEATS =
            Scenario.of("mutant", "a dishonest customer, after the delivery")
                    .against(Role.CUSTOMER)
                    .from(Start.DELIVERED)
                    .opens(1);

    private static final Scenario PROVIDER_CHEATS =
            Scenario.of("mutant", "a dishonest provider, after the delivery")
                    .against(Role.PROVIDER)
                    .from(Start.DELIVERED);

    private static final Scenario PROVIDER_CHEATS_WHOLE =
            Scenario.of("mutant", "a dishonest provider, from the first message")
                    .against(Role.PROVIDER)
                    .with(Fault.RESTART);

    private static final Scenario FORGOTTEN_OFFER =
            Scenario.of("mutant", "a dishonest customer repeats its offer to a restored provider")
                    .against(Role.CUSTOMER)
                    .with(Fault.RESTORE_IDLE_PROVIDER);

    private static final Scenario NOBODY_CHEATS =
            Scenario.of("mutant", "nobody cheats").from(Start.DELIVERED).reorgs(1);

    private static final Scenario IN_TIME =
            Scenario.of("mutant", "nobody cheats, nothing is late").with(Fault.NONE_DELAYED);

    private Mutants() {}

    static List<Mutant> all() {
        return Stream.of(
                        contracts(),
                        seals(),
                        surroundings(),
                        customers(),
                        comparisons(),
                        timing(),
                        trust(),
                        providers(),
                        stampers())
                .flatMap(List::stream)
                .toList();
    }

    /// The contract.
    private static List<Mutant> contracts() {
        return List.of(
                escrow(
                        "payee unbound",
                        "D8",
                        "the contract pays whoever sends the claim",
                        NOBODY_CHEATS.with(Fault.OUTSIDER),
                        "D-I2",
                        EscrowFlaw.PAYEE_UNBOUND),
                escrow(
                        "refund early",
                        "R5",
                        "the contract refunds before the deadline",
                        CUSTOMER_CHEATS,
                        "D-I2",
                        EscrowFlaw.REFUND_EARLY),
                escrow(
                        "release by anybody",
                        "D9",
                        "the contract gives the wage back when anybody asks",
                        CUSTOMER_CHEATS,
                        "D-I2",
                        EscrowFlaw.RELEASE_BY_ANYBODY),
                escrow(
                        "refund by payer only",
                        "D-I11",
                        "only the payer can end an unclaimed deal",
                        NOBODY_CHEATS,
                        "D-I11",
                        EscrowFlaw.REFUND_BY_PAYER_ONLY),
                escrow(
                        "slot not cleared",
                        "D-I3",
                        "a claimed deal can be claimed again",
                        NOBODY_CHEATS,
                        "D-I3",
                        EscrowFlaw.SLOT_NOT_CLEARED),
                escrow(
                        "push or revert",
                        "D11",
                        "a recipient that refuses coin makes the claim revert",
                        NOBODY_CHEATS.with(Fault.PAYEE_REFUSES),
                        "D-I2",
                        EscrowFlaw.PUSH_OR_REVERT),
                escrow(
                        "arrival uncounted",
                        "D18",
                        "the contract books what the deal says, and less has arrived",
                        NOBODY_CHEATS,
                        "D-I3",
                        EscrowFlaw.ARRIVAL_UNCOUNTED));
    }

    /// Lock, seal and stamping.
    private static List<Mutant> seals() {
        return List.of(
                model(
                        "one address",
                        "D12",
                        "the lock compares 160 bits; the provider has a second key for them",
                        PROVIDER_CHEATS,
                        "D-I1",
                        Flaw.ONE_ADDRESS),
                model(
                        "no psk in the seal",
                        "D19",
                        "the published key opens a leaked ciphertext",
                        NOBODY_CHEATS,
                        "D-I5",
                        Flaw.NO_PSK_IN_SEAL),
                model(
                        "stamper draws the seed",
                        "D1",
                        "the seal's randomness is the customer's own program's",
                        CUSTOMER_CHEATS,
                        "D-I6",
                        Flaw.STAMPER_DRAWS_SEED),
                model(
                        "psk from the try",
                        "4",
                        "the stamper seals with the psk the provider names",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I1",
                        Flaw.PSK_FROM_TRY),
                model(
                        "two reads",
                        "16b",
                        "the policy reads other bytes than the sealing pass",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I1",
                        Flaw.TWO_READS),
                model(
                        "work key reused",
                        "D13",
                        "the work key's secret was published by an earlier exchange",
                        CUSTOMER_CHEATS,
                        "D-I6",
                        Flaw.WORK_KEY_REUSED));
    }

    /// ModelWallet, store and backups.
    private static List<Mutant> surroundings() {
        return List.of(
                model(
                        "claim past the margin",
                        "10a",
                        "a claim delayed by a crash is sent too late",
                        CUSTOMER_CHEATS,
                        "D-I2",
                        Flaw.CLAIM_PAST_MARGIN),
                model(
                        "funds twice after a restore",
                        "10b",
                        "an open from a restored outbox is signed anew",
                        NOBODY_CHEATS.with(Fault.RESTORE_CUSTOMER),
                        "D-I4",
                        Flaw.OPEN_AGAIN),
                model(
                        "effects first",
                        "18",
                        "the claim goes out before the state is stored",
                        NOBODY_CHEATS,
                        "D-I12",
                        Flaw.EFFECTS_FIRST),
                model(
                        "fee stays",
                        "R3",
                        "the fee of a waiting claim is not raised",
                        CUSTOMER_CHEATS.with(Fault.FEE_SPIKE),
                        "D-I2",
                        Flaw.FEE_STAYS),
                model(
                        "new nonce after a crash",
                        "10b",
                        "an open that is handed over again gets another account nonce",
                        NOBODY_CHEATS.with(Fault.CRASH_AFTER_SENDING),
                        "D-I4",
                        Flaw.OPEN_AGAIN),
                model(
                        "secret in a call",
                        "R4",
                        "the claim is tried out on a node before the margin is looked at",
                        CUSTOMER_CHEATS,
                        "D-I2",
                        Flaw.SECRET_IN_CALL),
                model(
                        "event trusted",
                        "16e",
                        "a deposit counts in whatever contract reports it",
                        CUSTOMER_CHEATS.with(Fault.WRONG_DEALS),
                        "D-I2",
                        Flaw.EVENT_TRUSTED),
                model(
                        "old offer, new Terms",
                        "16g",
                        "a restored provider draws another nonce for an offer it has answered",
                        FORGOTTEN_OFFER,
                        "D-I7",
                        Flaw.NONCE_DRAWN),
                model(
                        "second stamp",
                        "12",
                        "a restored stamper still has its stamp key",
                        PROVIDER_CHEATS_WHOLE.with(Fault.RESTORE_STAMPER),
                        "D-I10",
                        Flaw.STAMP_KEY_IN_BACKUP));
    }

    /// The customer.
    private static List<Mutant> customers() {
        return List.of(
                machine(
                        "funds on the header",
                        "D16",
                        "the customer pays before it holds the chunks",
                        PROVIDER_CHEATS,
                        "D-I1",
                        CustomerMutants.headerOnly()),
                machine(
                        "stamp not bound to the seal",
                        "D7",
                        "any genuine stamp does for any seal",
                        PROVIDER_CHEATS,
                        "D-I1",
                        CustomerMutants.stampNotBoundToSeal()),
                machine(
                        "stamp of another exchange",
                        "16d",
                        "label and fields of seal and stamp are not compared",
                        PROVIDER_CHEATS,
                        "D-I1",
                        CustomerMutants.stampOfAnyExchange()),
                machine(
                        "customer trusts the tip",
                        "R1",
                        "a refund that a reorg can undo ends the exchange",
                        NOBODY_CHEATS,
                        "D-I9",
                        CustomerMutants.tipIsFinal()),
                machine(
                        "never refunds",
                        "T13",
                        "the customer does not ask for its money back",
                        NOBODY_CHEATS,
                        "D-I8",
                        CustomerMutants.neverRefunds()),
                machine(
                        "deposit left behind",
                        "12",
                        "a restored customer gives up while its deposit is on its way",
                        NOBODY_CHEATS.with(Fault.RESTORE_CUSTOMER),
                        "D-I11",
                        CustomerMutants.leavesDepositBehind()),
                machine(
                        "refund of a stranger unseen",
                        "T13",
                        "the customer waits for ever for what somebody else has done",
                        PROVIDER_CHEATS.with(Fault.OUTSIDER).reorgs(1),
                        "D-I8",
                        CustomerMutants.ownRefundsOnly()));
    }

    /// What the customer compares, and whom it tells what.
    private static List<Mutant> comparisons() {
        return List.of(
                machine(
                        "order unchecked",
                        "D22",
                        "the customer signs the wage that the provider put into the Terms",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I4",
                        CustomerMutants.orderUnchecked()),
                machine(
                        "lock from a message",
                        "16d",
                        "the customer pays against the addresses the provider names",
                        PROVIDER_CHEATS,
                        "D-I1",
                        CustomerMutants.lockFromMessage()),
                machine(
                        "any key",
                        "T12",
                        "a published key that does not fit the lock ends the wait for the right one",
                        PROVIDER_CHEATS,
                        "D-I9",
                        CustomerMutants.anyKey()),
                machine(
                        "provision to the provider",
                        "13",
                        "the hidden data go to the provider as well",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I6",
                        CustomerMutants.provisionToProvider()));
    }

    /// When the provider shows its key, and what it does then.
    private static List<Mutant> timing() {
        return List.of(
                machine(
                        "no finality",
                        "R1",
                        "the key is shown for a deposit that a reorg can undo",
                        CUSTOMER_CHEATS.reorgs(1),
                        "D-I2",
                        ProviderMutants.tipIsFinal()),
                machine(
                        "no margin",
                        "R2",
                        "the key is shown up to the last moment",
                        CUSTOMER_CHEATS,
                        "D-I2",
                        ProviderMutants.noMargin()),
                machine(
                        "margin without a second inclusion",
                        "10a",
                        "no time is left to send the claim again",
                        CUSTOMER_CHEATS.reorgs(1),
                        "D-I2",
                        ProviderMutants.noSecondInclusion()),
                machine(
                        "no rebroadcast",
                        "R3",
                        "a claim that a reorg dropped stays dropped",
                        CUSTOMER_CHEATS.reorgs(1),
                        "D-I2",
                        ProviderMutants.noRebroadcast()),
                machine(
                        "gives up after showing",
                        "R3",
                        "the key is out and nobody sees to the claim",
                        CUSTOMER_CHEATS.with(Fault.GIVE_UP).reorgs(1),
                        "D-I2",
                        ProviderMutants.givesUpAfterShowing()),
                machine(
                        "provider trusts the tip",
                        "R1",
                        "a claim that a reorg can drop ends the exchange",
                        NOBODY_CHEATS,
                        "D-I9",
                        ProviderMutants.tipIsPaid()),
                machine(
                        "backup trusted",
                        "12",
                        "a restored provider forgets that its key is out",
                        NOBODY_CHEATS.with(Fault.RESTORE_REVEALING_PROVIDER),
                        "D-I2",
                        ProviderMutants.backupTrusted()));
    }

    /// Whom the provider believes.
    private static List<Mutant> trust() {
        return List.of(
                machine(
                        "stamper unauthenticated",
                        "15",
                        "the work goes to a stamper of the customer",
                        CUSTOMER_CHEATS.from(Start.IDLE),
                        "D-I6",
                        ProviderMutants.anyStamper()),
                machine(
                        "notice trusted",
                        "16e",
                        "the customer's word stands for the deposit",
                        CUSTOMER_CHEATS,
                        "D-I2",
                        ProviderMutants.noticeTrusted()),
                machine(
                        "code unchecked",
                        "D17",
                        "the contract is a look-alike that refunds at any time",
                        CUSTOMER_CHEATS.from(Start.IDLE),
                        "D-I2",
                        ProviderMutants.codeUnchecked()),
                machine(
                        "deposit's fields unchecked",
                        "D17",
                        "a smaller wage, another payee or another lock will do",
                        CUSTOMER_CHEATS.with(Fault.WRONG_DEALS),
                        "D-I2",
                        ProviderMutants.fieldsUnchecked()));
    }

    /// What the provider agrees to and keeps.
    private static List<Mutant> providers() {
        return List.of(
                new Mutant(
                        "window unchecked",
                        "D9",
                        "the provider works for a claim window in which it can never claim",
                        IN_TIME,
                        "D-I8",
                        Set.of(Flaw.SHORT_WINDOW),
                        Set.of(),
                        ProviderMutants.anyWindow()),
                machine(
                        "work stored after the try",
                        "16b",
                        "a provider that crashes in between has a stamp for work it lost",
                        IN_TIME.with(Fault.NONE_DELAYED, Fault.RESTART, Fault.BAD_WORK).attempts(2),
                        "D-I8",
                        ProviderMutants.storesAfterTrying()),
                machine(
                        "signs anew after a restart",
                        "16g",
                        "the provider draws another nonce and signs other Terms",
                        IN_TIME.with(Fault.NONE_DELAYED, Fault.RESTART),
                        "D-I7",
                        ProviderMutants.signsAnew()));
    }

    /// The stamper.
    private static List<Mutant> stampers() {
        return List.of(
                machine(
                        "counter after the policy",
                        "16b",
                        "a stamper killed in between forgets the attempt",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I10",
                        StamperMutants.countsAfterJudging()),
                machine(
                        "no counter",
                        "D6",
                        "the policy can be asked for ever",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I10",
                        StamperMutants.countsNothing()),
                machine(
                        "stamps again",
                        "D-I10",
                        "whoever asks again gets a stamp for another seal",
                        PROVIDER_CHEATS_WHOLE,
                        "D-I10",
                        StamperMutants.stampsAgain()));
    }

    private static Mutant escrow(
            String name,
            String rule,
            String about,
            Scenario scenario,
            String invariant,
            EscrowFlaw flaw) {
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
