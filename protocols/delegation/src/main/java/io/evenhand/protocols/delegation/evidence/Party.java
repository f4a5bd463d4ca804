package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.value.PartyId;
import io.evenhand.protocols.delegation.message.Order;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A part in a delegation, as a verdict names it.
public enum Party {
    CUSTOMER("customer"),
    PROVIDER("provider"),
    STAMPER("stamper");

    private final String title;

    Party(String title) {
        this.title = title;
    }

    /// `customer`.
    public String title() {
        return title;
    }

    /// `the customer`.
    String the() {
        return "the " + title;
    }

    public static List<String> titles(Party... parties) {
        return Stream.of(parties).map(Party::title).toList();
    }

    /// The identity that an order gives to this part.
    public PartyId id(Order order) {
        return switch (this) {
            case CUSTOMER -> order.customer();
            case PROVIDER -> order.provider();
            case STAMPER -> order.stamper().key();
        };
    }

    static Optional<Party> of(Order order, PartyId id) {
        for (Party party : values()) {
            if (party.id(order).equals(id)) {
                return Optional.of(party);
            }
        }
        return Optional.empty();
    }
}
