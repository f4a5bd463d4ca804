package io.evenhand.enclave.metered;

import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.Hpke;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealChannels;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.RealRoundKeys;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.sign.SecretNames;
import io.evenhand.kit.sign.Secrets;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.MeteredCrypto;
import io.evenhand.protocols.metered.Rule;
import io.evenhand.protocols.metered.enclave.EnclaveEffect;
import io.evenhand.protocols.metered.enclave.EnclaveInput;
import io.evenhand.protocols.metered.enclave.EnclaveMachine;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One session in its enclave, with real keys. Its program is compiled and its rounds run one after
/// the other on a thread of their own; an update is answered meanwhile.
public final class EnclaveSession {
    /// The only secret that is looked up by a handle.
    private static final KeyId PSK = new KeyId(Bytes32.ZERO);

    private final Terms terms;
    private final Opening opening;
    private final ProgramHost.Source programs;
    private final Consumer<EnclaveFrame.ToNode> node;
    private final Consumer<Runnable> rounds;
    private final Hpke.KeyPair encKey = Hpke.KeyPair.random();
    private final KeyChain chain;
    private final EnclaveMachine machine;
    private EnclaveState state;
    private @Nullable Secret32 psk;
    private boolean loading;
    private @Nullable ProgramHost program;

    /// @param node hears what the enclave says; called with the session's lock held
    /// @param rounds runs what it is given on a thread with the sandbox's stack, in order
    public EnclaveSession(
            EnclaveFrame.Begin begin,
            ProgramHost.Source programs,
            SecureRandom random,
            Consumer<EnclaveFrame.ToNode> node,
            Consumer<Runnable> rounds) {
        this.terms = begin.terms();
        this.opening = begin.opening();
        this.programs = programs;
        this.node = node;
        this.rounds = rounds;
        this.chain = new KeyChain(opening.rounds(), random);
        Secrets secrets = _ -> secret();
        // It only checks: an enclave has no identity of its own.
        RealCrypto verification =
                new RealCrypto(new Ed25519Identity(Secret32.random(random)), secrets);
        this.machine =
                new EnclaveMachine(
                        new MeteredCrypto(
                                verification,
                                new RealRoundKeys(secrets),
                                new RealChannels(secrets)),
                        chain);
        this.state =
                new EnclaveState.Fresh(
                        terms, opening.xid(), opening.number(), opening.rounds(), begin.base());
    }

    private Secret32 secret() {
        if (psk == null) {
            throw new IllegalStateException("there is no psk yet");
        }
        return psk;
    }

    /// The first thing it says.
    public void begin() {
        node.accept(new EnclaveFrame.Keys(encKey.publicKey(), chain.publicKey()));
    }

    /// Takes what its node says.
    public synchronized void take(EnclaveFrame.ToEnclave frame) {
        switch (frame) {
            case EnclaveFrame.Begin _ -> refuse(false, Rule.UNEXPECTED.because("it has begun"));
            case EnclaveFrame.Provision(Hello hello, var provision) ->
                    opened(Rule.PROVISION, () -> provision(hello, provision));
            case EnclaveFrame.Program(StreamMessage.Program sealed) ->
                    opened(Rule.PROGRAM, () -> load(sealed));
            case EnclaveFrame.Run run -> opened(Rule.STATE, () -> run(run));
            case EnclaveFrame.Pay(int round, Wei total, var signature) ->
                    step(new EnclaveInput.Pay(round, total, signature));
            case EnclaveFrame.Sign(int round) -> step(new EnclaveInput.Sign(round));
        }
    }

    /// What the requester sealed for another session, or not at all, comes no second time.
    private void opened(Rule rule, Runnable task) {
        try {
            task.run();
        } catch (MalformedException e) {
            refuse(true, rule.because(String.valueOf(e.getMessage())));
        }
    }

    private void provision(Hello hello, StreamMessage.Provision provision) {
        SessionSeals.Provided given =
                SessionSeals.openPsk(encKey, opening.xid(), provision.sealed());
        if (psk == null) {
            psk = given.psk();
        }
        boolean own =
                hello.encKey().equals(encKey.publicKey())
                        && hello.sigKey().equals(chain.publicKey());
        step(
                new EnclaveInput.Provision(
                        hello,
                        own,
                        given.header(),
                        given.signature(),
                        PSK,
                        SecretNames.pskId(given.psk())));
    }

    private void load(StreamMessage.Program sealed) {
        if (!(state instanceof EnclaveState.Provisioned) || loading) {
            refuse(false, Rule.UNEXPECTED.because("no program is waited for"));
            return;
        }
        Octets module = SessionSeals.openProgram(secret(), opening.xid(), sealed);
        loading = true;
        rounds.accept(() -> compile(module));
    }

    private void compile(Octets module) {
        try {
            ProgramHost compiled = programs.load(terms, module);
            synchronized (this) {
                program = compiled;
                step(new EnclaveInput.Loaded());
            }
        } catch (MalformedException e) {
            synchronized (this) {
                refuse(true, Rule.PROGRAM.because(String.valueOf(e.getMessage())));
            }
        } catch (GuestAborted e) {
            synchronized (this) {
                node.accept(new EnclaveFrame.Over(true, String.valueOf(e.getMessage())));
            }
        }
    }

    private void run(EnclaveFrame.Run run) {
        Optional<Octets> begin =
                run.state()
                        .map(sealed ->
                                SessionSeals.openState(
                                        secret(),
                                        opening.xid(),
                                        opening.number(),
                                        run.round(),
                                        sealed));
        step(new EnclaveInput.Run(run.round(), run.c(), begin, run.last()));
    }

    private void step(EnclaveInput input) {
        Step<EnclaveState, EnclaveEffect> step = machine.step(state, input);
        state = step.state();
        switch (step) {
            case Step.Moved<EnclaveState, EnclaveEffect> moved ->
                    moved.effects().forEach(effect -> carryOut(input, effect));
            case Step.Ignored<EnclaveState, EnclaveEffect> ignored ->
                    node.accept(
                            new EnclaveFrame.Refused(
                                    false, ignored.why().rule().name(), ignored.why().line()));
        }
    }

    private void carryOut(EnclaveInput input, EnclaveEffect effect) {
        switch (effect) {
            case EnclaveEffect.Load _ -> node.accept(new EnclaveFrame.Ready(true));
            case EnclaveEffect.Ready _ -> node.accept(new EnclaveFrame.Ready(false));
            case EnclaveEffect.Execute(Octets before, long c) ->
                    rounds.accept(() -> execute(before, c));
            case EnclaveEffect.Answer(StreamMessage.Result result, Wei total) ->
                    node.accept(new EnclaveFrame.Answer(result, total));
            case EnclaveEffect.Release(int round, Bytes32 k) ->
                    node.accept(new EnclaveFrame.Released(round, k));
            case EnclaveEffect.Refuse(Fault why) -> {
                if (input instanceof EnclaveInput.Pay pay) {
                    node.accept(new EnclaveFrame.NotReleased(pay.round(), why.line()));
                } else {
                    refuse(!(input instanceof EnclaveInput.Sign), why);
                }
            }
            case EnclaveEffect.End _ ->
                    node.accept(
                            input instanceof EnclaveInput.Broken(String why)
                                    ? new EnclaveFrame.Over(true, why)
                                    : new EnclaveFrame.Over(false, ""));
        }
    }

    private void refuse(boolean over, Fault why) {
        node.accept(new EnclaveFrame.Refused(over, why.rule().name(), why.line()));
    }

    private void execute(Octets before, long c) {
        ProgramHost host;
        synchronized (this) {
            if (program == null) {
                throw new IllegalStateException("a round runs without a program");
            }
            host = program;
        }
        EnclaveInput end;
        try {
            end = host.round(before, c);
        } catch (GuestAborted | MalformedException e) {
            end = new EnclaveInput.Broken(String.valueOf(e.getMessage()));
        }
        synchronized (this) {
            step(end);
        }
    }
}
