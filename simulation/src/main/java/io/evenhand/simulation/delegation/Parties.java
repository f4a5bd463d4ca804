package io.evenhand.simulation.delegation;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerMachine;
import io.evenhand.protocols.delegation.customer.CustomerRules;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.provider.ProviderMachine;
import io.evenhand.protocols.delegation.provider.ProviderRules;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperMachine;
import io.evenhand.protocols.delegation.stamper.StamperRules;
import io.evenhand.protocols.delegation.stamper.StamperState;
import io.evenhand.simulation.escrow.EscrowFlaw;
import io.evenhand.simulation.escrow.ModelEscrow;
import io.evenhand.simulation.symbolic.Knowledge;
import io.evenhand.simulation.symbolic.SymbolicCrypto;
import io.evenhand.simulation.symbolic.SymbolicCrypto.Twins;
import io.evenhand.simulation.symbolic.SymbolicSeals;
import io.evenhand.simulation.symbolic.Symbols;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Everything that stands before the first step: parties, keys, the order, and the machines, each
/// with its own name's cryptography.
final class Parties {
    /// Seconds between blocks, and the unit of everything else: just so long that the margins below
    /// make a longer claim window than {@link Timing#CONTRACT_WINDOW_SECONDS} asks for. A longer
    /// window would only add empty blocks to every path.
    static final int BLOCK = 6;

    /// A transaction is in one of the next 2 blocks, 2 more make it final, a party that owes a
    /// transaction sleeps for 1 at most, 1 reorg.
    static final Timing TIMING = new Timing(2 * BLOCK, 2 * BLOCK, 0, BLOCK, 1, 0);

    static final long T_WORK = 2 * BLOCK;
    static final long T_FUND = 5 * BLOCK;
    static final long CLAIM_BY = T_FUND + TIMING.minClaimWindow();

    /// A dishonest customer opens in this block at the latest: all later ones are late alike.
    static final long LAST_OPEN = T_FUND + 2 * BLOCK;

    static final Wei WAGE = Wei.of(100);
    static final String PROFILE = "software";
    static final String POLICY = "exact";

    /// The contract's own least window: a second, so that it never does the provider's work.
    private static final long MIN_WINDOW = 1;

    private static final long MAX_WINDOW = 1000;

    final Symbols symbols = new Symbols();
    final Knowledge knowledge = new Knowledge();
    final PartyId customer = symbols.party("customer");
    final PartyId provider = symbols.party("provider");
    final PartyId stamper = symbols.party("stamper");
    final PartyId customersStamper = symbols.party("stamper of the customer");
    final KeyId workKey = symbols.key("work key");
    final KeyId twinKey = symbols.key("second key with the same first address");
    final KeyId stampKey = symbols.key("stamp key");
    final KeyId customersKey = symbols.key("stamp key of the customer");
    final KeyId seed = symbols.key("seed");
    final KeyId otherSeed = symbols.key("other seed");
    final KeyId stampersSeed = symbols.key("seed of the stamper");
    final KeyId psk = symbols.key("psk");
    final KeyId otherPsk = symbols.key("other psk");
    final Bytes32 good = symbols.of("work", "good");
    final Bytes32 bad = symbols.of("work", "bad");
    final Bytes32 hidden = symbols.of("hidden data");
    final Address payer = symbols.address("wallet", "customer");
    final Address payee = symbols.address("wallet", "provider");
    final Address stranger = symbols.address("wallet", "stranger");
    final Bytes32 code = symbols.of("code of the escrow");
    final Bytes32 otherCode = symbols.of("code of a look-alike");
    final Rail rail = new Rail(1, symbols.address("escrow"), code);

    /// The Terms say it runs the escrow's code; it does not.
    final Rail lookAlike = new Rail(1, symbols.address("look-alike"), code);

    final Scenario scenario;
    final Mutant mutant;
    final SymbolicCrypto customerCrypto;
    final SymbolicCrypto providerCrypto;
    final SymbolicCrypto stamperCrypto;
    final SymbolicCrypto customersStamperCrypto;
    final SymbolicSeals seals;
    final Plan plan;
    final ProviderState.Fresh fresh;

    /// What a provider that draws its nonce adds to the same offer after a restore.
    final ProviderState.Fresh freshAgain;

    final Machine<CustomerState, Input, Effect> customerMachine;
    final Machine<ProviderState, Input, Effect> providerMachine;
    final Machine<StamperState, Input, Effect> stamperMachine;

    Parties(Mutant mutant) {
        this.mutant = mutant;
        scenario = mutant.scenario();
        Twins twins = new Twins(workKey, twinKey, mutant.has(Flaw.ONE_ADDRESS) ? 1 : 2);
        customerCrypto = new SymbolicCrypto(symbols, customer, twins);
        providerCrypto = new SymbolicCrypto(symbols, provider, twins);
        stamperCrypto = new SymbolicCrypto(symbols, stamper, twins);
        customersStamperCrypto = new SymbolicCrypto(symbols, customersStamper, twins);
        seals =
                new SymbolicSeals(
                        symbols, customerCrypto, knowledge, !mutant.has(Flaw.NO_PSK_IN_SEAL));
        plan = plan(rail, stamper, mutant.has(Flaw.SHORT_WINDOW) ? T_FUND + 1 : CLAIM_BY, psk);
        fresh = new ProviderState.Fresh(workKey, seed, symbols.of("provider's nonce"), payee);
        freshAgain =
                new ProviderState.Fresh(
                        workKey, seed, symbols.of("provider's second nonce"), payee);
        MachineDecorators decorators = mutant.decorators();
        customerMachine =
                decorators.customer(
                        new CustomerMachine(
                                customerCrypto,
                                customerCrypto,
                                new CustomerRules(customer, TIMING)),
                        this);
        providerMachine =
                decorators.provider(
                        new ProviderMachine(
                                providerCrypto,
                                providerCrypto,
                                decorators.providerRules(providerRules(), this)),
                        this);
        stamperMachine =
                decorators.stamper(
                        new StamperMachine(
                                stamperCrypto,
                                stamperCrypto,
                                new StamperRules(stamper, PROFILE, new Octets(new byte[0]))),
                        this);
    }

    /// The plan with what a dishonest customer may change in it.
    Plan plan(Rail where, PartyId judge, long claimBy, KeyId shared) {
        return new Plan(
                order(where, judge, claimBy, WAGE),
                POLICY,
                policySalt(),
                symbols.of("input salt"),
                shared);
    }

    /// The same order at twice the wage.
    Order dearer(Order order) {
        return order(
                order.rail(), order.stamper().key(), order.deadlines().claimBy(), WAGE.plus(WAGE));
    }

    private Bytes32 policySalt() {
        return symbols.of("policy salt");
    }

    private Order order(Rail where, PartyId judge, long claimBy, Wei wage) {
        return new Order(
                customer,
                provider,
                new StamperRef(judge, StamperRef.Operator.THIRD, PROFILE, "host:1"),
                "service",
                customerCrypto.commit("fx/policy", policySalt(), customerCrypto.digest(POLICY)),
                symbols.of("commit", "hidden", hidden),
                symbols.of("commit", "input"),
                1,
                customerCrypto.pskId(psk),
                wage,
                where,
                payer,
                new Deadlines(T_WORK, T_FUND, claimBy, 100),
                scenario.attempts(),
                1024,
                symbols.of("customer's nonce"));
    }

    ProviderRules providerRules() {
        return new ProviderRules(
                provider,
                Set.of("service"),
                Set.of(rail, lookAlike),
                Set.of(stamper),
                Set.of(POLICY),
                WAGE,
                1024,
                1024,
                scenario.attempts(),
                TIMING);
    }

    /// A stamp and a seal of an exchange of the past, under the same stamp key: more than a real
    /// adversary has, since the key is made for one exchange.
    Past past() {
        KeyId pastKey = symbols.key("work key of the past");
        KeyId pastPsk = symbols.key("psk of the past");
        Plan other = plan(rail, stamper, CLAIM_BY, pastPsk);
        Terms terms =
                new Terms(
                        other.order(),
                        stamperCrypto.publicKey(stampKey),
                        providerCrypto.publicKey(pastKey),
                        payee,
                        symbols.of("nonce of the past"));
        var xid = providerCrypto.xid(terms);
        SealHeader header =
                seals.seal(
                        Expected.label(providerCrypto, terms, xid, 1),
                        otherSeed,
                        pastPsk,
                        terms.workKey(),
                        symbols.of("work", "of the past"));
        var stamp = Expected.stamp(stamperCrypto, terms, xid, 1, providerCrypto.sealId(header));
        return new Past(header, new Stamped(stamp, stamperCrypto.sign(stampKey, stamp)));
    }

    record Past(SealHeader header, Stamped stamped) {}

    /// The escrow and a look-alike that refunds at any time.
    List<ModelEscrow> contracts() {
        EnumSet<EscrowFlaw> flaws = EnumSet.noneOf(EscrowFlaw.class);
        flaws.addAll(mutant.escrowFlaws());
        return List.of(
                ModelEscrow.deployed(rules(rail, flaws)),
                ModelEscrow.deployed(rules(lookAlike, EnumSet.of(EscrowFlaw.REFUND_EARLY))));
    }

    private ModelEscrow.Rules rules(Rail where, Set<EscrowFlaw> flaws) {
        return new ModelEscrow.Rules(
                where.contract(),
                MIN_WINDOW,
                MAX_WINDOW,
                customerCrypto::opens,
                scenario.may(Fault.PAYEE_REFUSES) ? Set.of(payee) : Set.of(),
                flaws);
    }

    int contract(Rail where) {
        return where.equals(lookAlike) ? 1 : 0;
    }

    PartyId party(Role role) {
        return switch (role) {
            case CUSTOMER -> customer;
            case PROVIDER -> provider;
            case STAMPER -> stamper;
        };
    }
}
