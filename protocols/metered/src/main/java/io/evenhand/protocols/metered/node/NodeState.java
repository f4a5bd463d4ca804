package io.evenhand.protocols.metered.node;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.StreamMessage.Result;
import io.evenhand.protocols.metered.message.Terms;
import java.util.List;
import java.util.Optional;

/// Where a node stands with one channel: what it holds of it, and the session that is on.
///
/// @param channel what does not belong to one session
/// @param session the session that is on
/// @param waiting a session asked for while a flush is under way
public record NodeState(Channel channel, Session session, Optional<Opening> waiting) {

    /// What outlives sessions.
    ///
    /// @param deposit as it stands in a final block; empty before
    /// @param highest number of a session so far, 0 if none
    /// @param newest the update it can close with: both it and its key are on disk (A-I13)
    /// @param owed price of what was executed and not paid for, of sessions that are over (G4)
    /// @param closing whether a close was signed: nothing is answered any more but `Ended` (A8)
    /// @param stopped whether the requester said so: no further round
    public record Channel(
            Terms terms,
            Bytes32 xid,
            Bytes32 name,
            Optional<Wei> deposit,
            int highest,
            Optional<Pair> newest,
            Wei owed,
            boolean closing,
            boolean stopped) {
        public Wei total() {
            return newest.map(Pair::total).orElse(Wei.ZERO);
        }

        Channel closed() {
            return new Channel(terms, xid, name, deposit, highest, newest, owed, true, stopped);
        }

        Channel stop() {
            return new Channel(terms, xid, name, deposit, highest, newest, owed, closing, true);
        }

        Channel deposit(Wei wei) {
            return new Channel(
                    terms, xid, name, Optional.of(wei), highest, newest, owed, closing, stopped);
        }

        Channel newest(Pair pair) {
            return new Channel(
                    terms, xid, name, deposit, highest, Optional.of(pair), owed, closing, stopped);
        }

        Channel session(int number, Optional<Pair> pair, Wei debt) {
            return new Channel(terms, xid, name, deposit, number, pair, debt, closing, false);
        }

        Channel owed(Wei debt) {
            return new Channel(terms, xid, name, deposit, highest, newest, debt, closing, stopped);
        }
    }

    /// The session that is on.
    public sealed interface Session {}

    /// None.
    public record None() implements Session {}

    /// Asked for: its number and the pair that it brought are being flushed.
    ///
    /// @param before newest total without that pair
    public record Recording(Opening opening, Bytes32 hash, Wei base, Wei before)
            implements Session {}

    /// Its price is asked of the account, then its enclave is being started.
    public record Starting(Opening opening, Bytes32 hash, Wei base) implements Session {}

    /// The bytes of its hello are being flushed, or were said.
    ///
    /// @param said whether it is on disk
    public record Greeted(Opening opening, StreamMessage.SignedHello hello, boolean said)
            implements Session {}

    /// The psk went to the enclave, which says what it needs.
    ///
    /// @param bytes the same may be said again
    public record Provisioning(
            Opening opening, StreamMessage.SignedHello hello, StreamMessage.Provision bytes)
            implements Session {}

    /// Rounds run.
    ///
    /// @param base total before round 1
    public record Serving(
            Opening opening,
            StreamMessage.SignedHello hello,
            Wei base,
            Done done,
            Asked asked,
            Payment payment)
            implements Session {
        Serving done(Done other) {
            return new Serving(opening, hello, base, other, asked, payment);
        }

        Serving asked(Asked other) {
            return new Serving(opening, hello, base, done, other, payment);
        }

        /// Whether a round is at work, or one is executed and not paid.
        boolean unsettled() {
            boolean works =
                    switch (asked.work()) {
                        case ASKED, RUNNING -> true;
                        case IDLE, DENIED -> false;
                    };
            return works || payment.busy() || !done.unpaid().isEmpty();
        }

        Serving work(Work other) {
            return asked(new Asked(asked.upTo(), asked.run(), other));
        }

        Serving payment(Payment other) {
            return new Serving(opening, hello, base, done, asked, other);
        }
    }

    /// The enclave is gone while an update is being flushed, which counts once it is.
    public record Leaving(int number, Keeping keeping) implements Session {}

    /// @param executed rounds that have a result
    /// @param total after them
    /// @param unpaid results of the rounds whose update is not durable
    /// @param over whether the enclave has no further round
    public record Done(int executed, Wei total, List<Unpaid> unpaid, boolean over) {
        public Done {
            unpaid = List.copyOf(unpaid);
        }

        Optional<Unpaid> round(int number) {
            return unpaid.stream().filter(one -> one.result().round() == number).findFirst();
        }
    }

    /// @param upTo last round asked for
    /// @param run what was asked for last; its state goes with its first round
    /// @param work what happens to the next round
    public record Asked(int upTo, Optional<StreamMessage.Run> run, Work work) {}

    /// @param durable last round whose update and key are on disk
    /// @param paying the update that the enclave checks
    /// @param keeping the round and pair that are being flushed
    /// @param next the newest update that came meanwhile: it pays for those before it, too
    public record Payment(
            int durable,
            Optional<StreamMessage.Update> paying,
            Optional<Keeping> keeping,
            Optional<StreamMessage.Update> next) {
        boolean busy() {
            return paying.isPresent() || keeping.isPresent();
        }
    }

    public record Keeping(int round, Pair pair) {}

    /// What happens to the next round.
    public enum Work {
        /// Nothing.
        IDLE,
        /// Its price is being asked of the account.
        ASKED,
        /// The account said no, until it changes.
        DENIED,
        /// It is at work.
        RUNNING
    }

    /// @param total after the round
    public record Unpaid(Result result, Wei total) {}
}
