package io.evenhand.system.payfirst;

import io.evenhand.cli.Story;
import io.evenhand.node.NodeEvent;
import io.evenhand.node.store.SessionKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A purchase in the words of those who buy and sell.
final class PayFirstStory implements Story {
    @Override
    public List<String> news(NodeEvent event) {
        return event instanceof NodeEvent.TransactionIncluded paid
                ? List.of(paid.kind() + " is on the chain")
                : List.of();
    }

    @Override
    public Optional<Step> step(SessionKey session, String state) {
        return session.role().equals(PayFirstBinding.BUYER)
                ? Optional.of(new Step("", "buying: " + state, OptionalLong.empty()))
                : Optional.empty();
    }
}
