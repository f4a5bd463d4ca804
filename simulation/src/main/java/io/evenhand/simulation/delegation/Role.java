package io.evenhand.simulation.delegation;

import java.util.Locale;

/// The three parties and their places in a global state.
enum Role {
    CUSTOMER(0),
    PROVIDER(1),
    STAMPER(2);

    private final int place;

    Role(int place) {
        this.place = place;
    }

    int place() {
        return place;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
