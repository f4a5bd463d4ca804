package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.meter.ModelChannel;
import io.evenhand.simulation.meter.ModelMeter;
import io.evenhand.simulation.meter.Signed;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The channel of both parties in the meter, beside one of somebody else.
final class OnChain {
    private static final Wei OTHERS = Wei.of(50);

    private final Parties parties;
    private final Address payer;
    private final Address payee;
    private final Address stranger;
    final ModelChannel channel;

    OnChain(Parties parties) {
        this.parties = parties;
        payer = parties.terms.payer();
        payee = parties.terms.payee();
        stranger = parties.symbols.address("stranger");
        channel =
                new ModelChannel(
                        payer, payee, parties.terms.signer(), parties.terms.timeout(), parties.xid);
    }

    ModelMeter genesis(boolean funded) {
        Set<Address> refusing =
                parties.scenario.may(Fault.PAYER_REFUSES) ? Set.of(payer) : Set.of();
        ModelMeter empty =
                ModelMeter.deployed(
                        new ModelMeter.Rules(
                                parties.terms.rail().contract(),
                                1,
                                Clock.TIMEOUT,
                                parties.rounds::lockOf,
                                refusing,
                                parties.mutant.meterFlaws()));
        ModelChannel other =
                new ModelChannel(stranger, stranger, stranger, Clock.TIMEOUT, Bytes32.ZERO);
        ModelMeter used = empty.after(new MeterTx.Open(0, other, OTHERS, stranger), 1);
        return funded ? used.after(open(), 1) : used;
    }

    MeterTx open() {
        return new MeterTx.Open(0, channel, Parties.DEPOSIT, payer);
    }

    MeterTx topUp() {
        return new MeterTx.TopUp(0, channel, 1, Parties.MORE, payer);
    }

    /// A top-up of the payer's credit, as if it were a channel (F1).
    MeterTx topUpCredit() {
        return new MeterTx.TopUpCredit(0, payer, Wei.of(1), payer);
    }

    MeterTx refund() {
        return new MeterTx.Refund(0, channel, payer);
    }

    MeterTx release(boolean byPayee) {
        return new MeterTx.Release(0, channel, byPayee ? payee : payer);
    }

    MeterTx close(Pair pair, boolean byPayee) {
        return new MeterTx.Close(
                0, channel.name(), pair.total(), pair.k(), signed(pair), byPayee ? payee : payer);
    }

    /// With the payee's `Close` for exactly this update.
    MeterTx closeFor(Pair pair, long notBefore) {
        return new MeterTx.CloseFor(
                0,
                channel.name(),
                pair.total(),
                pair.k(),
                signed(pair),
                notBefore,
                new Signed(
                        payee,
                        new Signed.What.Close(
                                channel.name(), pair.total(), pair.lock(), notBefore)),
                stranger);
    }

    /// An update that the payee signed itself.
    MeterTx selfSigned(Bytes32 k) {
        Bytes32 lock = parties.rounds.lockOf(k);
        Signed update =
                new Signed(payee, new Signed.What.Update(channel.name(), Parties.DEPOSIT, lock));
        return new MeterTx.Close(0, channel.name(), Parties.DEPOSIT, k, update, payee);
    }

    /// Whose signature it is, and over what, by the term that it stands for.
    private Signed signed(Pair pair) {
        List<Object> term = parties.symbols.term(pair.signature().r());
        boolean ours = term.get(4).equals(parties.channel);
        ModelChannel.Name name =
                ours
                        ? channel.name()
                        : new ModelChannel.Name(payer, stranger, Clock.TIMEOUT, Bytes32.ZERO);
        return new Signed(
                (Address) term.get(1),
                new Signed.What.Update(name, (Wei) term.get(5), (Bytes32) term.get(6)));
    }

    boolean isOpen(ModelMeter meter) {
        return meter.slot(channel).openedAt() != 0;
    }

    boolean everOpened(ModelMeter meter) {
        return meter.slot(channel).opens() > 0;
    }

    Wei deposit(ModelMeter meter) {
        return meter.slot(channel).deposit();
    }

    /// The key that a close published.
    Optional<Bytes32> secret(ModelMeter meter) {
        return meter.slot(channel).secret();
    }

    /// What the payee has of it.
    long toPayee(ModelMeter meter) {
        return meter.gained(payee).add(meter.credit(payee)).longValueExact();
    }

    boolean payerHasCredit(ModelMeter meter) {
        return meter.credit(payer).compareTo(BigInteger.ZERO) > 0;
    }

    /// Whether a block of that time would take this close.
    boolean takes(ModelMeter meter, Pair pair, long time) {
        return meter.call(close(pair, true), time).result() == ModelMeter.Result.DONE;
    }
}
