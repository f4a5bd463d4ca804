package io.evenhand.delegation.evidence;

import io.evenhand.delegation.evidence.Evidence.Delivery;
import io.evenhand.delegation.evidence.Evidence.Deposit;
import io.evenhand.delegation.message.Message;
import io.evenhand.delegation.message.Message.Stamped;
import io.evenhand.delegation.message.Terms;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Puts the evidence together from the messages a party sent and received.
public final class Gather {
    private Optional<Terms> terms = Optional.empty();
    private Optional<Signature> customer = Optional.empty();
    private Optional<Signature> provider = Optional.empty();
    private Optional<Signature> possession = Optional.empty();
    private Optional<Signature> ready = Optional.empty();
    private final List<Stamped> stamps = new ArrayList<>();
    private Optional<Delivery> delivery = Optional.empty();
    private Optional<Signature> acknowledged = Optional.empty();
    private Optional<Deposit> deposit = Optional.empty();

    private Gather() {}

    /// Empty if the parties never had Terms. Messages may come in any order; what was refused by
    /// the machine must not be among them.
    public static Optional<Evidence> from(
            PartyId keeper, List<Message> messages, List<Evidence.Observed> observations) {
        Gather gather = new Gather();
        messages.forEach(gather::add);
        return gather.terms.map(terms ->
                new Evidence(
                        keeper,
                        terms,
                        gather.customer,
                        gather.provider,
                        gather.possession,
                        gather.ready,
                        List.copyOf(gather.stamps),
                        gather.delivery,
                        gather.acknowledged,
                        gather.deposit,
                        observations));
    }

    private void add(Message message) {
        switch (message) {
            case Message.Accept accept -> {
                terms = Optional.of(accept.terms());
                possession = Optional.of(accept.possession());
                provider = Optional.of(accept.signature());
            }
            case Message.Provision provision -> customer = Optional.of(provision.customer());
            case Message.Ready made -> ready = Optional.of(made.signature());
            case Message.Start start -> {
                customer = Optional.of(start.customer());
                ready = Optional.of(start.ready());
            }
            case Message.Verdict verdict -> verdict.stamped().ifPresent(this::stamp);
            case Message.Deliver deliver -> {
                stamp(deliver.stamped());
                delivery = Optional.of(new Delivery(deliver.header(), deliver.signature()));
            }
            case Message.Ack ack -> acknowledged = Optional.of(ack.signature());
            case Message.Funded funded ->
                    deposit = Optional.of(new Deposit(funded.deal(), funded.signature()));
            case Message.AskStampKey _,
                    Message.StampKeyMade _,
                    Message.Offer _,
                    Message.Try _,
                    Message.Refuse _ -> {}
        }
    }

    private void stamp(Stamped stamped) {
        if (!stamps.contains(stamped) && stamps.size() < Evidence.MAX_STAMPS) {
            stamps.add(stamped);
        }
    }
}
