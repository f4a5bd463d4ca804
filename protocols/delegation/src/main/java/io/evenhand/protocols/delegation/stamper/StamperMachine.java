package io.evenhand.protocols.delegation.stamper;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.machine.Signing;
import io.evenhand.kit.machine.Step;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Effect.Burn;
import io.evenhand.protocols.delegation.Effect.Run;
import io.evenhand.protocols.delegation.Effect.Send;
import io.evenhand.protocols.delegation.Effect.WakeAt;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.Job;
import io.evenhand.protocols.delegation.JobResult;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.Timer;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Message.Stamped;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import io.evenhand.protocols.delegation.stamper.StamperState.Attempt;
import io.evenhand.protocols.delegation.stamper.StamperState.Commission;
import io.evenhand.protocols.delegation.stamper.StamperState.Expired;
import io.evenhand.protocols.delegation.stamper.StamperState.Final;
import io.evenhand.protocols.delegation.stamper.StamperState.Idle;
import io.evenhand.protocols.delegation.stamper.StamperState.Judging;
import io.evenhand.protocols.delegation.stamper.StamperState.Keyed;
import io.evenhand.protocols.delegation.stamper.StamperState.Provisioned;
import io.evenhand.protocols.delegation.stamper.StamperState.StampMade;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The stamper, the paper's verifier `V` without its flaws (D1 to D6): it never outputs ciphertext,
/// counts attempts before it judges, and stamps at most once.
public final class StamperMachine implements Machine<StamperState, Input, Effect> {
    /// A stamp key that nobody provisions is thrown away after this: a quarter of an hour is ample
    /// for T1 to T3, even if the provider restarts meanwhile, and until then it holds a place.
    static final long UNUSED_SECONDS = 900;

    /// 64 GiB of work in all attempts of one exchange: five of the 10 GiB that a provider may make,
    /// with room. Both parties' signatures under a larger number protect no disk of ours.
    static final long MAX_SPOOL = 64L << 30;

    private static final Fault FORGOTTEN =
            Rule.FORGOTTEN.because(
                    "the stamper was put back from a backup and does not know what it has stamped since");

    private static final Fault OVER = Rule.FUND_OVER.because("the deposit was due before (tFund)");

    private final Signing signing;
    private final Crypto crypto;
    private final StamperRules rules;

    public StamperMachine(Signing signing, Crypto crypto, StamperRules rules) {
        this.signing = signing;
        this.crypto = crypto;
        this.rules = rules;
    }

    @Override
    public Step<StamperState, Effect> step(StamperState state, Input input) {
        return switch (input) {
            case Input.Received(PartyId from, Message message, ChainTime now) ->
                    received(state, from, message, now);
            case Input.Done(JobResult result, ChainTime _) -> done(state, result);
            case Input.Woke(Timer timer, ChainTime _) -> woke(state, timer);
            case Input.Restarted _ ->
                    state instanceof Judging s ? Step.moved(s, judge(s)) : Step.moved(state);
            case Input.GivenUp _ -> givenUp(state);
            case Input.Begin _, Input.Observed _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("a stamper only answers"));
        };
    }

    private Step<StamperState, Effect> received(
            StamperState state, PartyId from, Message message, ChainTime now) {
        return switch (state) {
            case Idle(KeyId stampKey)
                    when message instanceof Message.AskStampKey(Bytes32 nonce) -> {
                Keyed next = new Keyed(stampKey, signing.publicKey(stampKey), from, nonce);
                yield Step.moved(
                        next,
                        stampKeyMade(next),
                        new WakeAt(Timer.WORK, now.now() + UNUSED_SECONDS));
            }
            case Keyed s when message instanceof Message.AskStampKey(Bytes32 nonce) ->
                    from.equals(s.customer()) && nonce.equals(s.nonce())
                            ? Step.moved(s, stampKeyMade(s))
                            : Step.ignored(
                                    s,
                                    Rule.EXCHANGE.because(
                                            "this stamp key belongs to another exchange"));
            case Keyed s when message instanceof Message.Provision provision ->
                    provisioned(s, from, provision, now);
            case Provisioned s when message instanceof Message.Provision provision ->
                    again(s, s.commission(), from, provision);
            case Judging s when message instanceof Message.Provision provision ->
                    again(s, s.commission(), from, provision);
            case StampMade s when message instanceof Message.Provision provision ->
                    burning(again(s, s.commission(), from, provision), provision.psk());
            case Provisioned s when message instanceof Message.Try attempt ->
                    tried(s, from, attempt, now);
            case Judging s when message instanceof Message.Try ->
                    Step.ignored(
                            s,
                            Rule.BEING_JUDGED.because(
                                    "attempt " + s.attempt().number() + " is being judged"));
            case StampMade s when message instanceof Message.Try attempt ->
                    triedAgain(s, from, attempt);
            case Idle _, Keyed _, Provisioned _, Judging _, StampMade _, Final _ ->
                    Step.ignored(
                            state,
                            Rule.UNEXPECTED.because(
                                    message.getClass().getSimpleName()
                                            + " in "
                                            + state.getClass().getSimpleName()));
        };
    }

    private Effect stampKeyMade(Keyed s) {
        Statements.StampKey statement =
                new Statements.StampKey(
                        rules.self(), s.customer(), s.nonce(), s.publicKey(), rules.profile());
        return new Send(
                s.customer(),
                new Message.StampKeyMade(
                        s.nonce(),
                        s.publicKey(),
                        rules.profile(),
                        rules.evidence(),
                        signing.sign(statement)));
    }

    /// T3 (16a): every hash is checked before Ready; a second provision for an exchange is refused.
    private Step<StamperState, Effect> provisioned(
            Keyed s, PartyId from, Message.Provision provision, ChainTime now) {
        Optional<Fault> fault = provisionFault(s, from, provision);
        if (fault.isPresent()) {
            return Step.moved(s, new Send(from, fault.get().refuse()));
        }
        Order order = provision.terms().order();
        if (now.now() >= order.deadlines().tFund()) {
            return Step.moved(s, new Send(from, OVER.refuse()));
        }
        if (order.deadlines().tFund() - now.now() > Expected.MAX_HORIZON_SECONDS) {
            return Step.moved(
                    s,
                    new Send(
                            from,
                            Rule.HORIZON
                                    .because("the deposit is due (tFund) in more than 60 days")
                                    .refuse()));
        }
        Xid xid = crypto.xid(provision.terms());
        Commission commission =
                new Commission(s, provision.terms(), xid, provision.policy(), provision.psk());
        Provisioned next = new Provisioned(commission, 0, Optional.empty());
        return Step.moved(
                next, ready(commission), new WakeAt(Timer.FUND, order.deadlines().tFund()));
    }

    private Optional<Fault> provisionFault(Keyed s, PartyId from, Message.Provision provision) {
        Terms terms = provision.terms();
        Order order = terms.order();
        if (!from.equals(s.customer()) || !order.customer().equals(from)) {
            return Optional.of(
                    Rule.SENDER.because(
                            "the provision does not come from the customer of the Terms"));
        }
        if (!order.stamper().key().equals(rules.self())
                || !terms.stampKey().equals(s.publicKey())
                || !order.customerNonce().equals(s.nonce())) {
            return Optional.of(Rule.STAMPER.because("the Terms name another stamper or stamp key"));
        }
        if (!order.stamper().profile().equals(rules.profile())) {
            return Optional.of(Rule.PROFILE.because("the Terms name another attestation profile"));
        }
        if (order.attempts() < 1
                || order.maxWorkBytes() < 1
                || order.maxWorkBytes() > MAX_SPOOL / order.attempts()) {
            return Optional.of(
                    Rule.WORK_SIZE.because(
                            order.attempts()
                                    + " attempt(s) of up to "
                                    + order.maxWorkBytes()
                                    + " bytes; this stamper keeps at most "
                                    + MAX_SPOOL
                                    + " in all"));
        }
        if (!crypto.lockable(terms.workKey())) {
            return Optional.of(Rule.NO_LOCK.because("no lock can be made for the work key"));
        }
        if (!crypto.verify(order.customer(), terms, provision.customer())
                || !crypto.verify(order.provider(), terms, provision.provider())) {
            return Optional.of(
                    Rule.TERMS_SIGNATURE.because("the Terms are not signed by both parties"));
        }
        Bytes32 policy =
                crypto.commit(
                        "fx/policy", provision.policySalt(), crypto.digest(provision.policy()));
        if (!policy.equals(order.policyHash())) {
            return Optional.of(Rule.POLICY_HASH.because("the policy is not the one in the Terms"));
        }
        if (!provision.hidden().equals(order.hiddenCommit())) {
            return Optional.of(
                    Rule.HIDDEN_HASH.because("the hidden data are not those in the Terms"));
        }
        if (!crypto.pskId(provision.psk()).equals(order.pskId())) {
            return Optional.of(Rule.PSK.because("the psk is not the one in the Terms"));
        }
        return Optional.empty();
    }

    private Step<StamperState, Effect> again(
            StamperState state, Commission commission, PartyId from, Message.Provision provision) {
        if (from.equals(commission.keyed().customer())
                && provision.terms().equals(commission.terms())
                && crypto.pskId(provision.psk()).equals(commission.terms().order().pskId())) {
            return Step.moved(state, ready(commission));
        }
        return Step.ignored(
                state, Rule.SECOND_PROVISION.because("a second provision for one exchange"));
    }

    private Effect ready(Commission commission) {
        return new Send(
                commission.keyed().customer(),
                new Message.Ready(
                        commission.xid(),
                        signing.sign(new Statements.Provisioned(commission.xid()))));
    }

    /// T5: the counter is in the new state, which is flushed before the policy runs (D6, 16b).
    private Step<StamperState, Effect> tried(
            Provisioned s, PartyId from, Message.Try message, ChainTime now) {
        Commission commission = s.commission();
        Order order = commission.terms().order();
        if (!from.equals(order.provider()) || !message.xid().equals(commission.xid())) {
            return Step.ignored(s, Rule.SENDER.because("a try from somebody else"));
        }
        Attempt attempt =
                new Attempt(
                        message.attempt(),
                        message.work(),
                        crypto.seedHash(message.seed()),
                        message.seed());
        if (s.last().isPresent() && s.last().get().sameAs(attempt)) {
            return Step.moved(s, verdict(commission, attempt, Optional.empty()));
        }
        if (attempt.number() != s.attemptsUsed() + 1) {
            return Step.ignored(
                    s,
                    Rule.ATTEMPT_ORDER.because(
                            "attempt " + attempt.number() + " after " + s.attemptsUsed()));
        }
        if (attempt.number() > order.attempts()) {
            return Step.moved(
                    s, new Send(from, Rule.NO_ATTEMPT_LEFT.because("no attempt left").refuse()));
        }
        if (now.now() >= order.deadlines().tFund()) {
            return Step.moved(s, new Send(from, OVER.refuse()));
        }
        Judging next = new Judging(commission, attempt);
        return Step.moved(next, judge(next));
    }

    private Step<StamperState, Effect> triedAgain(StampMade s, PartyId from, Message.Try message) {
        Attempt attempt =
                new Attempt(
                        message.attempt(),
                        message.work(),
                        crypto.seedHash(message.seed()),
                        message.seed());
        if (from.equals(s.commission().terms().order().provider()) && s.attempt().sameAs(attempt)) {
            return burning(
                    Step.moved(s, verdict(s.commission(), attempt, Optional.of(s.stamped()))),
                    message.seed());
        }
        return Step.ignored(s, Rule.STAMPED.because("this exchange has its stamp"));
    }

    /// A repeat brought a secret once more that has done its work.
    private static Step<StamperState, Effect> burning(
            Step<StamperState, Effect> step, KeyId secret) {
        return switch (step) {
            case Step.Ignored<StamperState, Effect> ignored -> ignored;
            case Step.Moved<StamperState, Effect>(StamperState state, List<Effect> effects) -> {
                List<Effect> more = new ArrayList<>(effects);
                more.add(new Burn(secret));
                yield Step.moved(state, more);
            }
        };
    }

    private Effect judge(Judging s) {
        Commission c = s.commission();
        return new Run(
                new Job.Judge(
                        c.xid(),
                        s.attempt().work(),
                        c.policy(),
                        Expected.label(crypto, c.terms(), c.xid(), s.attempt().number()),
                        s.attempt().seed(),
                        c.psk(),
                        c.terms().workKey()));
    }

    private Step<StamperState, Effect> done(StamperState state, JobResult result) {
        return switch (state) {
            case Judging s
                    when result
                                    instanceof
                                    JobResult.Judged(Bytes32 work, Optional<SealHeader> header)
                            && work.equals(s.attempt().work())
                            && (header.isEmpty() || labelled(s, header.get())) ->
                    header.isPresent() ? stamp(s, header.get()) : failed(s);
            case Judging s when result instanceof JobResult.Failed -> failed(s);
            case Idle _, Keyed _, Provisioned _, Judging _, StampMade _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("a job nobody waits for"));
        };
    }

    /// A result of an earlier attempt, which a restart asked for twice, has another slot.
    private boolean labelled(Judging s, SealHeader header) {
        Commission c = s.commission();
        return Expected.label(crypto, c.terms(), c.xid(), s.attempt().number())
                .equals(Expected.withoutNonce(header.label()));
    }

    /// The stamp names the seal of the very bytes the policy passed; then its key is erased
    /// (decisions 1).
    private Step<StamperState, Effect> stamp(Judging s, SealHeader header) {
        Commission c = s.commission();
        Stamp stamp =
                Expected.stamp(
                        crypto, c.terms(), c.xid(), s.attempt().number(), crypto.sealId(header));
        Stamped stamped = new Stamped(stamp, signing.sign(c.keyed().stampKey(), stamp));
        StampMade next = new StampMade(c, s.attempt(), stamped);
        List<Effect> effects = new ArrayList<>();
        effects.add(new Burn(c.keyed().stampKey()));
        effects.add(new Burn(s.attempt().seed()));
        effects.add(new Burn(c.psk()));
        effects.add(verdict(c, s.attempt(), Optional.of(stamped)));
        return Step.moved(next, effects);
    }

    private Step<StamperState, Effect> failed(Judging s) {
        Provisioned next =
                new Provisioned(s.commission(), s.attempt().number(), Optional.of(s.attempt()));
        return Step.moved(next, verdict(s.commission(), s.attempt(), Optional.empty()));
    }

    private static Effect verdict(Commission c, Attempt attempt, Optional<Stamped> stamped) {
        return new Send(
                c.terms().order().provider(),
                new Message.Verdict(c.xid(), attempt.number(), stamped));
    }

    /// 12: put back from a backup, a stamper cannot know which attempts it has judged since, nor
    /// whether it has stamped. It stamps nothing more in what it finds open, and says so. A stamp
    /// that is here already may be said again.
    private static Step<StamperState, Effect> givenUp(StamperState state) {
        return switch (state) {
            case Idle(KeyId stampKey) -> Step.moved(new Expired(FORGOTTEN), new Burn(stampKey));
            case Keyed s ->
                    Step.moved(
                            new Expired(FORGOTTEN),
                            new Burn(s.stampKey()),
                            new Send(s.customer(), FORGOTTEN.refuse()));
            case Provisioned s -> forgotten(s.commission(), s.last());
            case Judging s -> forgotten(s.commission(), Optional.of(s.attempt()));
            case StampMade _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because("nothing is left to be stamped"));
        };
    }

    private static Step<StamperState, Effect> forgotten(Commission c, Optional<Attempt> last) {
        List<Effect> effects = burns(c, last);
        Message refusal = FORGOTTEN.refuse();
        effects.add(new Send(c.keyed().customer(), refusal));
        effects.add(new Send(c.terms().order().provider(), refusal));
        return Step.moved(new Expired(FORGOTTEN), effects);
    }

    private static List<Effect> burns(Commission c, Optional<Attempt> last) {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Burn(c.keyed().stampKey()));
        effects.add(new Burn(c.psk()));
        last.ifPresent(attempt -> effects.add(new Burn(attempt.seed())));
        return effects;
    }

    private static Step<StamperState, Effect> expired(Commission c, Optional<Attempt> last) {
        return Step.moved(new Expired(OVER), burns(c, last));
    }

    private Step<StamperState, Effect> woke(StamperState state, Timer timer) {
        return switch (state) {
            case Keyed s when timer == Timer.WORK ->
                    Step.moved(
                            new Expired(Rule.UNUSED.because("never provisioned")),
                            new Burn(s.stampKey()));
            case Provisioned s when timer == Timer.FUND -> expired(s.commission(), s.last());
            case Judging s when timer == Timer.FUND ->
                    expired(s.commission(), Optional.of(s.attempt()));
            case StampMade _ when timer == Timer.FUND ->
                    Step.moved(
                            new Expired(
                                    Rule.FUND_OVER.because(
                                            "stamped; the deposit was due before (tFund)")));
            case Idle _, Keyed _, Provisioned _, Judging _, StampMade _, Final _ ->
                    Step.ignored(state, Rule.UNEXPECTED.because(timer + " does not matter"));
        };
    }
}
