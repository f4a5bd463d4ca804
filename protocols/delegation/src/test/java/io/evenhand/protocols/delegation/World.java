package io.evenhand.protocols.delegation;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.DealStatus;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.machine.Refusal;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.seal.Suite;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Nonce16;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.customer.CustomerMachine;
import io.evenhand.protocols.delegation.customer.CustomerRules;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.StamperRef;
import io.evenhand.protocols.delegation.provider.ProviderMachine;
import io.evenhand.protocols.delegation.provider.ProviderRules;
import io.evenhand.protocols.delegation.provider.ProviderState;
import io.evenhand.protocols.delegation.stamper.StamperMachine;
import io.evenhand.protocols.delegation.stamper.StamperRules;
import io.evenhand.protocols.delegation.stamper.StamperState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Three parties with real keys, and the machines that play them. Time and chain are what a test
/// says they are.
final class World {
    static final long T0 = 1_800_000_000L;
    static final Rail RAIL =
            new Rail(31337, Address.parse("0x" + "11".repeat(20)), Bytes32.parse("22".repeat(32)));
    static final String POLICY = "accuracy/1 atLeast=0.9500";

    private static final SealHeader NO_SEAL =
            new SealHeader(
                    new SealLabel(
                            Suite.SECP256K1,
                            new Xid(Bytes32.ZERO),
                            0,
                            new Nonce16(0, 0),
                            Bytes32.ZERO,
                            Bytes32.ZERO),
                    new PublicKey((byte) 2, Bytes32.ZERO),
                    Bytes32.ZERO,
                    0,
                    0,
                    0,
                    Bytes32.ZERO);

    private final Random random = new Random(7);
    private final Map<KeyId, Secret32> secrets = new HashMap<>();
    final Ed25519Identity customer = new Ed25519Identity(secret());
    final Ed25519Identity provider = new Ed25519Identity(secret());
    final Ed25519Identity stamper = new Ed25519Identity(secret());
    final RealCrypto customerCrypto = new RealCrypto(customer, this::get);
    final RealCrypto providerCrypto = new RealCrypto(provider, this::get);
    final RealCrypto stamperCrypto = new RealCrypto(stamper, this::get);
    final KeyId psk = key();
    final KeyId workKey = key();
    final KeyId stampKey = key();
    final PartyId stranger = new Ed25519Identity(secret()).party();

    ChainTime now = new ChainTime(T0, T0);

    /// The seal of this exchange, once there is one.
    SealHeader header = NO_SEAL;

    final CustomerMachine customerMachine =
            new CustomerMachine(
                    customerCrypto,
                    customerCrypto,
                    new CustomerRules(customer.party(), Timing.LOCAL));
    final ProviderMachine providerMachine =
            new ProviderMachine(providerCrypto, providerCrypto, rules());
    final StamperMachine stamperMachine =
            new StamperMachine(
                    stamperCrypto,
                    stamperCrypto,
                    new StamperRules(stamper.party(), "software", new Octets(new byte[] {1})));

    CustomerState c = new CustomerState.Idle(plan());
    ProviderState p =
            new ProviderState.Idle(
                    new ProviderState.Fresh(
                            workKey, key(), bytes32(), Address.parse("0x" + "33".repeat(20))));
    StamperState v = new StamperState.Idle(stampKey);

    /// Effects that were asked for and not carried out yet, by role.
    final List<Effect> fromCustomer = new ArrayList<>();

    final List<Effect> fromProvider = new ArrayList<>();
    final List<Effect> fromStamper = new ArrayList<>();
    final List<String> ignored = new ArrayList<>();

    /// Every message that was delivered, in order.
    final List<Said> heard = new ArrayList<>();

    record Said(PartyId from, PartyId to, Message message) {}

    Secret32 get(KeyId id) {
        Secret32 secret = secrets.get(id);
        if (secret == null) {
            throw new IllegalStateException("no secret " + id);
        }
        return secret;
    }

    RevealedKey scalar(KeyId id) {
        return new RevealedKey(Bytes32.of(get(id).expose()));
    }

    Bytes32 bytes32() {
        return new Bytes32(
                random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    KeyId key() {
        KeyId id = new KeyId(bytes32());
        secrets.put(id, secret());
        return id;
    }

    private Secret32 secret() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Secret32.of(bytes);
    }

    ProviderRules rules() {
        return new ProviderRules(
                provider.party(),
                Set.of("digits"),
                Set.of(RAIL),
                Set.of(stamper.party()),
                Set.of("accuracy"),
                Wei.parse("0.01 eth"),
                1 << 20,
                1 << 20,
                2,
                Timing.LOCAL);
    }

    Plan plan() {
        Bytes32 policySalt = bytes32();
        Order order =
                new Order(
                        customer.party(),
                        provider.party(),
                        new StamperRef(
                                stamper.party(),
                                StamperRef.Operator.THIRD,
                                "software",
                                "localhost:1"),
                        "digits",
                        customerCrypto.commit(
                                "fx/policy", policySalt, customerCrypto.digest(POLICY)),
                        bytes32(),
                        bytes32(),
                        1000,
                        customerCrypto.pskId(psk),
                        Wei.parse("0.01 eth"),
                        RAIL,
                        Address.parse("0x" + "44".repeat(20)),
                        new Deadlines(T0 + 100, T0 + 200, T0 + 300, 86_400),
                        2,
                        1 << 20,
                        bytes32());
        return new Plan(order, POLICY, policySalt, bytes32(), psk);
    }

    void customer(Input input) {
        Step<CustomerState, Effect> step = customerMachine.step(c, input);
        take(step, fromCustomer, CustomerState.class);
        c = step.state();
    }

    void provider(Input input) {
        Step<ProviderState, Effect> step = providerMachine.step(p, input);
        take(step, fromProvider, ProviderState.class);
        p = step.state();
    }

    void stamper(Input input) {
        Step<StamperState, Effect> step = stamperMachine.step(v, input);
        take(step, fromStamper, StamperState.class);
        v = step.state();
    }

    /// Every state and effect that a test reaches is written and read back.
    private <S> void take(Step<S, Effect> step, List<Effect> out, Class<S> type) {
        check(Records.decode(type, Records.encode(type, step.state())).equals(step.state()));
        switch (step) {
            case Step.Ignored<S, Effect>(var _, Refusal why) -> ignored.add(why.line());
            case Step.Moved<S, Effect>(var _, List<Effect> effects) -> {
                for (Effect effect : effects) {
                    check(
                            Records.decode(Effect.class, Records.encode(Effect.class, effect))
                                    .equals(effect));
                }
                out.addAll(effects);
            }
        }
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new AssertionError("a stored value does not survive its round trip");
        }
    }

    /// Delivers every pending message until none is left.
    void deliver() {
        boolean moved = true;
        while (moved) {
            moved = deliver(fromCustomer, customer.party());
            moved |= deliver(fromProvider, provider.party());
            moved |= deliver(fromStamper, stamper.party());
        }
    }

    /// Delivers one pending message, if there is one.
    void deliverOnce() {
        if (!deliver(fromCustomer, customer.party()) && !deliver(fromProvider, provider.party())) {
            deliver(fromStamper, stamper.party());
        }
    }

    private boolean deliver(List<Effect> effects, PartyId from) {
        for (Effect effect : List.copyOf(effects)) {
            if (effect instanceof Effect.Send(PartyId to, Message message)) {
                effects.remove(effect);
                heard.add(new Said(from, to, message));
                hears(to, from, message);
                return true;
            }
        }
        return false;
    }

    /// The pending effects of one kind, removed from the list.
    static <T> List<T> take(List<Effect> effects, Class<T> type) {
        List<T> taken = effects.stream().filter(type::isInstance).map(type::cast).toList();
        effects.removeIf(type::isInstance);
        return taken;
    }

    /// The first pending message of one kind, taken off its way.
    static <M extends Message> M message(List<Effect> effects, Class<M> type) {
        for (Effect effect : List.copyOf(effects)) {
            if (effect instanceof Effect.Send(PartyId _, Message message)
                    && type.isInstance(message)) {
                effects.remove(effect);
                return type.cast(message);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " among " + effects);
    }

    static List<Effect.Transaction> published(List<Effect> effects) {
        return take(effects, Effect.Publish.class).stream()
                .map(Effect.Publish::transaction)
                .toList();
    }

    void hears(PartyId to, PartyId from, Message message) {
        Input input = new Input.Received(from, message, now);
        if (to.equals(customer.party())) {
            customer(input);
        } else if (to.equals(provider.party())) {
            provider(input);
        } else {
            stamper(input);
        }
    }

    List<Message> messages() {
        return heard.stream().map(Said::message).toList();
    }

    int effects() {
        return fromCustomer.size() + fromProvider.size() + fromStamper.size();
    }

    void customerHears(PartyId from, Message message) {
        customer(new Input.Received(from, message, now));
    }

    void providerHears(PartyId from, Message message) {
        provider(new Input.Received(from, message, now));
    }

    void stamperHears(PartyId from, Message message) {
        stamper(new Input.Received(from, message, now));
    }

    void customerSees(DealView view) {
        customer(new Input.Observed(view, now));
    }

    void providerSees(DealView view) {
        provider(new Input.Observed(view, now));
    }

    /// The reason for the last input that changed nothing.
    String lastIgnored() {
        return ignored.isEmpty() ? "" : ignored.getLast();
    }

    /// A customer that begins with another order.
    World ordering(UnaryOperator<Order> change) {
        Plan plan = plan();
        c =
                new CustomerState.Idle(
                        new Plan(
                                change.apply(plan.order()),
                                plan.policy(),
                                plan.policySalt(),
                                plan.inputSalt(),
                                plan.psk()));
        return this;
    }

    /// T1 to T4: AwaitingWork, AwaitingInput, Provisioned.
    World agreed() {
        customer(new Input.Begin(now));
        deliver();
        return this;
    }

    /// T5: the stamper judges attempt 1.
    World judging() {
        agreed();
        provider(new Input.Done(new JobResult.InputHeld(), now));
        work(1);
        return this;
    }

    void work(int attempt) {
        provider(new Input.Done(new JobResult.Worked(attempt, bytes32()), now));
        deliver();
    }

    /// What the stamper was asked to judge last.
    Job.Judge judge() {
        return take(fromStamper, Effect.Run.class).stream()
                .map(run -> (Job.Judge) run.job())
                .toList()
                .getLast();
    }

    /// T5, T6: the stamp is at the provider.
    World sealing() {
        judging();
        Job.Judge judge = judge();
        header = header(judge);
        stamper(new Input.Done(new JobResult.Judged(judge.work(), Optional.of(header)), now));
        deliver();
        return this;
    }

    /// T7: the delivery is on its way.
    World delivering() {
        sealing();
        provider(new Input.Done(new JobResult.Sealed(header), now));
        return this;
    }

    World fetching() {
        delivering();
        deliver();
        return this;
    }

    /// T8.
    World checking() {
        fetching();
        customer(new Input.Done(new JobResult.Fetched(header.sealId()), now));
        deliver();
        return this;
    }

    /// T9, with the notice to the provider still on its way.
    World funding() {
        checking();
        customerSees(view(DealStatus.ABSENT, DealStatus.ABSENT));
        return this;
    }

    World confirming() {
        funding();
        deliver();
        return this;
    }

    /// T11, with the claim in `fromProvider`.
    World revealing() {
        confirming();
        providerSees(view(DealStatus.OPEN, DealStatus.OPEN));
        return this;
    }

    SealHeader header(Job.Judge judge) {
        return new SealHeader(
                judge.label().withNonce(new Nonce16(1, 2)),
                judge.opener(),
                bytes32(),
                1 << 20,
                1,
                1024,
                bytes32());
    }

    /// The key that opens the lock of the deal, as a chain shows it.
    RevealedKey revealed() {
        return scalar(workKey);
    }

    List<Secret32> allSecrets() {
        List<Secret32> all = new ArrayList<>(secrets.values());
        all.add(customer.seed());
        all.add(provider.seed());
        all.add(stamper.seed());
        return all;
    }

    void at(long seconds) {
        now = new ChainTime(seconds, seconds);
    }

    DealView view(DealStatus tip, DealStatus finalized) {
        return view(tip, finalized, Optional.empty());
    }

    DealView view(DealStatus tip, DealStatus finalized, Optional<RevealedKey> key) {
        long openedAt = tip == DealStatus.OPEN ? now.head() : 0;
        return new DealView(
                RAIL.codeHash(), tip, finalized, openedAt, key, false, false, Wei.of(1));
    }
}
