package io.evenhand.protocols.delegation.customer;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.machine.Crypto;
import io.evenhand.kit.seal.SealHeader;
import io.evenhand.kit.seal.SealLabel;
import io.evenhand.kit.stamp.Stamp;
import io.evenhand.kit.value.SealId;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Fault;
import io.evenhand.protocols.delegation.Rule;
import io.evenhand.protocols.delegation.customer.CustomerState.Agreed;
import io.evenhand.protocols.delegation.message.Message.Deliver;
import io.evenhand.protocols.delegation.message.Order;
import io.evenhand.protocols.delegation.message.Statements.Delivered;
import java.util.Optional;

/// T7, before anything is fetched or paid (16d): the delivery is what the Terms say, field by
/// field.
final class DeliveryCheck {
    private DeliveryCheck() {}

    /// The first fault, as one line, or empty.
    static Optional<Fault> fault(Crypto crypto, Agreed agreed, Deliver deliver, ChainTime now) {
        Order order = agreed.terms().order();
        SealHeader header = deliver.header();
        Stamp stamp = deliver.stamped().stamp();
        SealId sealId = crypto.sealId(header);
        if (!deliver.xid().equals(agreed.xid())) {
            return Optional.of(
                    Rule.DELIVERY_EXCHANGE.because("the delivery is for another exchange"));
        }
        if (now.now() > order.deadlines().tWork()) {
            return Optional.of(
                    Rule.DELIVERY_LATE.because("the delivery came after the work was due (tWork)"));
        }
        SealLabel label = Expected.label(crypto, agreed.terms(), agreed.xid(), stamp.attempt());
        if (!Expected.withoutNonce(header.label()).equals(label)) {
            return Optional.of(
                    Rule.DELIVERY_LABEL.because("the seal's label is not the one our Terms give"));
        }
        if (stamp.attempt() < 1 || stamp.attempt() > order.attempts()) {
            return Optional.of(
                    Rule.DELIVERY_ATTEMPT.because(
                            "the stamp is for attempt "
                                    + stamp.attempt()
                                    + " of "
                                    + order.attempts()));
        }
        if (!stamp.equals(
                Expected.stamp(crypto, agreed.terms(), agreed.xid(), stamp.attempt(), sealId))) {
            return Optional.of(
                    Rule.DELIVERY_STAMP.because("the stamp does not name this seal and our Terms"));
        }
        if (!crypto.verify(agreed.terms().stampKey(), stamp, deliver.stamped().signature())) {
            return Optional.of(
                    Rule.DELIVERY_STAMP_KEY.because(
                            "the stamp is not signed with the stamp key of our Terms"));
        }
        Delivered delivered = new Delivered(agreed.xid(), sealId, crypto.hash(stamp));
        if (!crypto.verify(order.provider(), delivered, deliver.signature())) {
            return Optional.of(
                    Rule.DELIVERY_SIGNATURE.because("the delivery is not signed by the provider"));
        }
        if (header.chunkSize() != SealHeader.CHUNK_SIZE
                || header.paddedLength() < 1
                || header.chunks()
                        != Math.ceilDiv(header.paddedLength(), (long) SealHeader.CHUNK_SIZE)) {
            return Optional.of(
                    Rule.DELIVERY_HEADER.because(
                            "the header's "
                                    + header.chunks()
                                    + " chunks of "
                                    + header.chunkSize()
                                    + " bytes do not make "
                                    + header.paddedLength()
                                    + " bytes"));
        }
        if (header.paddedLength() > Expected.maxPadded(order.maxWorkBytes())) {
            return Optional.of(
                    Rule.DELIVERY_SIZE.because(
                            "the work is larger than the "
                                    + order.maxWorkBytes()
                                    + " bytes agreed"));
        }
        return Optional.empty();
    }
}
