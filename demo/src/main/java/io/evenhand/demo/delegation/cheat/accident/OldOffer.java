package io.evenhand.demo.delegation.cheat.accident;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.Party;
import io.evenhand.demo.stage.RawClient;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.Role;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Invite;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// 16g, 12: a provider's disk comes back from before an exchange, and the customer makes its old
/// offer once more, to hold two Terms for it.
public final class OldOffer implements Cheat {
    @Override
    public Story story() {
        return new Story(
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
    public void prologue(Theatre theatre) throws IOException, InterruptedException {
        theatre.kill(Role.PROVIDER);
        Restored.copy(home(theatre), backup(theatre));
        theatre.say("a backup of the provider's data directory is made");
        Party _ = theatre.restart(Role.PROVIDER);
    }

    @Override
    public void play(Theatre theatre) throws IOException, InterruptedException {
        JsonNode _ = theatre.await(Role.PROVIDER, "Ended");
        theatre.kill(Role.PROVIDER);
        Restored.delete(home(theatre));
        Restored.copy(backup(theatre), home(theatre));
        JsonNode listening = theatre.restart(Role.PROVIDER).listening();
        Invite invite = Invite.parse(listening.path("invite").asText());
        Message.Offer offer = theatre.papers().offer();
        try (RawClient customer = RawClient.as(theatre, Role.CUSTOMER, Role.PROVIDER)) {
            boolean _ = customer.says("joins again", c -> c.join(invite.token()));
            boolean _ =
                    customer.says(
                            "makes the old offer to the restored provider",
                            c -> c.send(envelope(offer, offer)));
            Message.Accept first = theatre.papers().accepted(Role.CUSTOMER);
            Message.Accept second = theatre.papers().accepted(Role.PROVIDER);
            if (first.equals(second)) {
                theatre.stopped("the provider signed the same Terms again, byte for byte");
            }
            Message over = new Message.Refuse("it has its two signatures");
            boolean _ = customer.says("ends it", c -> c.send(envelope(offer, over)));
        }
    }

    private static Envelope envelope(Message.Offer offer, Message message) {
        return new Envelope(
                offer.order().customerNonce(),
                new Octets(Records.encode(Message.class, message)),
                List.of());
    }

    private static Path home(Theatre theatre) {
        return theatre.stage().home(Role.PROVIDER.text());
    }

    private static Path backup(Theatre theatre) {
        return home(theatre).resolveSibling("provider-backup");
    }
}
