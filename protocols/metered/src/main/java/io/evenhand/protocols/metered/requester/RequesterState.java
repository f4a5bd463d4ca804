package io.evenhand.protocols.metered.requester;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.Fault;
import io.evenhand.protocols.metered.message.End;
import io.evenhand.protocols.metered.message.Opening;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.RoundStatement;
import io.evenhand.protocols.metered.message.StreamMessage;
import io.evenhand.protocols.metered.message.Terms;
import java.util.List;
import java.util.Optional;

/// Where a requester's session stands.
public sealed interface RequesterState {
    Setting setting();

    /// What the session stands on.
    ///
    /// @param name of the channel on chain
    /// @param signer handle of the channel's key
    /// @param deposit that this side put in, top-ups included
    /// @param newest the newest update that this side has a key for
    /// @param state to begin with: what the newest key opened, or the user's own
    /// @param before sessions before of which rounds are held and not open: the node's pair, or a
    ///   close, may open them (G7, F12)
    record Setting(
            Terms terms,
            Bytes32 xid,
            Bytes32 name,
            KeyId signer,
            Wei deposit,
            Optional<Pair> newest,
            Octets state,
            List<Running> before) {
        public Setting {
            before = List.copyOf(before);
        }

        Setting deposit(Wei wei) {
            return new Setting(terms, xid, name, signer, wei, newest, state, before);
        }

        Setting opened(Opened rounds) {
            return new Setting(
                    terms, xid, name, signer, deposit, rounds.pair(), rounds.state(), before);
        }
    }

    /// The bytes of the opening are being flushed, or were said.
    record Greeting(Setting setting, Opening opening, boolean said) implements RequesterState {}

    /// The evidence of the hello is being checked.
    ///
    /// @param restored whether the base is one that this side does not know: a backup was put back
    ///   (G7)
    record Checking(
            Setting setting, Opening opening, StreamMessage.SignedHello hello, boolean restored)
            implements RequesterState {}

    /// Hello, psk and the sealed bytes are being flushed, or were said.
    record Provided(
            Setting setting,
            Opening opening,
            StreamMessage.SignedHello hello,
            Provisioning header,
            KeyId psk,
            StreamMessage.Provision bytes,
            boolean restored,
            boolean said)
            implements RequesterState {}

    /// Rounds run.
    record Running(
            Setting setting,
            Session session,
            Received received,
            Paid paid,
            Opened opened,
            Asked asked)
            implements RequesterState {
        Running received(Received other) {
            return new Running(setting, session, other, paid, opened, asked);
        }
    }

    /// No further round in this session.
    ///
    /// @param last what is held: a key that comes later, also from the chain, still opens it
    record Over(Setting setting, Optional<Running> last, Optional<Fault> why)
            implements RequesterState {}

    /// @param base total before round 1
    /// @param restored whether the base is one that this side does not know
    record Session(
            Opening opening,
            Wei base,
            KeyId psk,
            PublicKey sigKey,
            Bytes32 header,
            boolean restored) {
        int number() {
            return opening.number();
        }
    }

    /// What came.
    ///
    /// @param round last one
    /// @param hash of its statement
    /// @param outState name of the state it ended with
    /// @param total after it
    /// @param held statements and ciphertexts of the rounds that are not open
    /// @param end how the last round ended
    record Received(
            int round, Bytes32 hash, Bytes32 outState, Wei total, List<Held> held, End end) {
        public Received {
            held = List.copyOf(held);
        }

        /// The same with one of the held rounds as it is now.
        Received with(Held changed) {
            List<Held> all =
                    held.stream()
                            .map(one -> one.statement().equals(changed.statement()) ? changed : one)
                            .toList();
            return new Received(round, hash, outState, total, all, end);
        }

        Optional<Held> find(int number) {
            return held.stream().filter(one -> one.statement().round() == number).findFirst();
        }
    }

    /// @param signature of the enclave, if it signed: evidence of this round and all before it (F9)
    /// @param total after this round
    /// @param begin state that it began with, if not that of the round before (A28)
    record Held(
            RoundStatement statement,
            Optional<Signature> signature,
            Octets ciphertext,
            Wei total,
            Optional<Octets> begin) {
        Held signed(Optional<Signature> by) {
            return new Held(statement, by, ciphertext, total, begin);
        }
    }

    /// What was signed.
    ///
    /// @param signed last round whose update was said
    /// @param keeping the update that is being flushed, with all that it pays for
    /// @param said updates that were said and whose rounds are not open
    record Paid(
            int signed, Optional<StreamMessage.Update> keeping, List<StreamMessage.Update> said) {
        public Paid {
            said = List.copyOf(said);
        }

        Optional<StreamMessage.Update> update(int round) {
            return said.stream().filter(one -> one.round() == round).findFirst();
        }
    }

    /// What was opened.
    ///
    /// @param state after the last opened round
    record Opened(int round, Octets state, Optional<Pair> pair) {}

    /// What is wanted.
    ///
    /// @param upTo last round asked for
    /// @param stopping whether no more is wanted: what is executed is paid, then it ends
    /// @param begin the newest state that rounds were asked to begin with
    /// @param said what was asked for and is not received
    record Asked(
            int upTo,
            long c,
            boolean stopping,
            Optional<Begin> begin,
            List<StreamMessage.Run> said) {
        public static final Asked NOTHING = new Asked(0, 0, false, Optional.empty(), List.of());

        public Asked {
            said = List.copyOf(said);
        }

        /// A round came.
        ///
        /// @param last last round that will come, as far as is asked for
        Asked received(int round, int last) {
            return new Asked(
                    last,
                    c,
                    stopping,
                    begin,
                    said.stream().filter(run -> run.upTo() > round && last > round).toList());
        }

        Asked stop() {
            return new Asked(upTo, c, true, begin, said);
        }
    }

    /// @param round that begins with it
    record Begin(int round, Octets state) {}
}
