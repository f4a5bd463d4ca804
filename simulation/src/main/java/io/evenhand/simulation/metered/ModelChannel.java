package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.simulation.chain.ModelContract;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The one channel in the contract, as an immutable value.
///
/// @param deposit in the contract, zero if it is not open
/// @param open whether it is open
/// @param paidIn by the payer so far
/// @param toPayee paid out to the payee so far
/// @param toPayer given back so far
/// @param closed total and key of its close
record ModelChannel(
        Rules rules,
        Wei deposit,
        boolean open,
        Wei paidIn,
        Wei toPayee,
        Wei toPayer,
        Optional<Closed> closed)
        implements ModelContract<ModelChannel, MeterTx> {
    /// @param timeout seconds
    /// @param fits whether update, signature and key belong together
    /// @param signed whether the signature is the signer's, whatever the key is
    record Rules(long timeout, Predicate<Pair> fits, Predicate<Pair> signed, Set<MeterFlaw> flaws) {
        boolean has(MeterFlaw flaw) {
            return flaws.contains(flaw);
        }
    }

    record Closed(Wei total, Bytes32 k) {}

    static ModelChannel deployed(Rules rules) {
        return new ModelChannel(
                rules, Wei.ZERO, false, Wei.ZERO, Wei.ZERO, Wei.ZERO, Optional.empty());
    }

    @Override
    public ModelChannel after(MeterTx tx, long time) {
        return switch (tx) {
            case MeterTx.Open(MeterTx.Sender from, Wei value) ->
                    !open && from == MeterTx.Sender.PAYER && time < rules.timeout()
                            ? with(value)
                            : this;
            case MeterTx.TopUp(MeterTx.Sender _, Wei value, int _) -> open ? with(value) : this;
            case MeterTx.Close(MeterTx.Sender from, Pair pair) ->
                    from == MeterTx.Sender.PAYEE || rules.has(MeterFlaw.CLOSE_BY_ANYBODY)
                            ? close(pair, time)
                            : this;
            case MeterTx.CloseFor(MeterTx.Sender _, Pair pair, long notBefore) ->
                    time >= notBefore || rules.has(MeterFlaw.NOT_BEFORE_UNCHECKED)
                            ? close(pair, time)
                            : this;
            case MeterTx.Refund _ ->
                    open && (time >= rules.timeout() || rules.has(MeterFlaw.REFUND_EARLY))
                            ? ended(Wei.ZERO, Optional.empty())
                            : this;
        };
    }

    private ModelChannel with(Wei value) {
        return new ModelChannel(
                rules, deposit.plus(value), true, paidIn.plus(value), toPayee, toPayer, closed);
    }

    private ModelChannel close(Pair pair, long time) {
        boolean fits =
                rules.has(MeterFlaw.KEY_UNCHECKED)
                        ? rules.signed().test(pair)
                        : rules.fits().test(pair);
        return open && time < rules.timeout() && fits && covers(pair)
                ? ended(pair.total(), Optional.of(new Closed(pair.total(), pair.k())))
                : this;
    }

    private boolean covers(Pair pair) {
        return pair.total().compareTo(deposit) <= 0 || rules.has(MeterFlaw.TOTAL_UNCHECKED);
    }

    private ModelChannel ended(Wei wage, Optional<Closed> how) {
        boolean stays = rules.has(MeterFlaw.NOT_ENDED) && how.isPresent();
        Wei rest = new Wei(deposit.value().subtract(wage.value()).max(Wei.ZERO.value()));
        return new ModelChannel(
                rules,
                stays ? deposit : Wei.ZERO,
                stays,
                paidIn,
                toPayee.plus(wage),
                toPayer.plus(rest),
                how);
    }

    /// A-I5: nothing is made or lost.
    boolean conserved() {
        return toPayee.plus(toPayer).plus(deposit).equals(paidIn);
    }

    /// Whether this close would be taken now.
    boolean takes(Pair pair) {
        return open && rules.fits().test(pair) && covers(pair);
    }
}
