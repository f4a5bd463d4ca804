package io.evenhand.demo.delegation.cheat.accident;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.Party;
import io.evenhand.demo.stage.RawClient;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// 16g, 12: a provider's disk comes back from before an exchange, and the customer makes its old
/// offer once more, to hold two Terms for it.
public final class OldOffer implements Cheat {
    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "replayed-offer-after-restore",
                Cheater.CUSTOMER,
                "the provider's disk comes back from a backup that knows nothing of the exchange, and the"
                        + " customer makes its old offer again, to hold two Terms with the provider's"
                        + " signature and have it blamed",
                "what a provider adds to an offer follows from the offer and its master key (16g), so it"
                        + " signs the same Terms, byte for byte",
                Outcome.SETTLED);
    }

    /// The backup, with the provider's server down.
    @Override
    public void beforehand(DelegationNet net) throws IOException, InterruptedException {
        net.parties().kill(DelegationRoles.PROVIDER);
        Restored.copy(home(net), backup(net));
        net.say("a backup of the provider's data directory is made");
        Party _ = net.restart(DelegationRoles.PROVIDER);
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        JsonNode _ = net.parties().await(DelegationRoles.PROVIDER, "Ended");
        net.parties().kill(DelegationRoles.PROVIDER);
        Restored.delete(home(net));
        Restored.copy(backup(net), home(net));
        JsonNode listening = net.restart(DelegationRoles.PROVIDER).listening();
        Invite invite = Invite.parse(listening.path("invite").asText());
        Message.Offer offer = net.files().offer();
        try (RawClient customer =
                RawClient.as(net, DelegationRoles.CUSTOMER, DelegationRoles.PROVIDER)) {
            boolean _ = customer.says("joins again", c -> c.join(invite.token()));
            boolean _ =
                    customer.says(
                            "makes the old offer to the restored provider",
                            c -> c.send(envelope(offer, offer)));
            Message.Accept first = net.files().accepted(DelegationRoles.CUSTOMER);
            Message.Accept second = net.files().accepted(DelegationRoles.PROVIDER);
            if (first.equals(second)) {
                net.stopped("the provider signed the same Terms again, byte for byte");
            }
            Message over = new Message.Refuse("it has its two signatures");
            boolean _ = customer.says("ends it", c -> c.send(envelope(offer, over)));
        }
    }

    private static Envelope envelope(Message.Offer offer, Message message) {
        return new Envelope(
                DelegationMessages.PROTOCOL,
                offer.order().customerNonce(),
                new Octets(Records.encode(Message.class, message)),
                List.of());
    }

    private static Path home(DelegationNet net) {
        return net.setup().home(DelegationRoles.PROVIDER);
    }

    private static Path backup(DelegationNet net) {
        return home(net).resolveSibling("provider-backup");
    }
}
