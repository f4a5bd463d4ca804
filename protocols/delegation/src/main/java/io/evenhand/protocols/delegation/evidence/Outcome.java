package io.evenhand.protocols.delegation.evidence;

import io.evenhand.kit.evidence.Conclusion;

/// How an exchange stands or ended.
public enum Outcome implements Conclusion.End {
    /// Nothing says so.
    UNKNOWN("nothing in this evidence says how it ended"),
    OPEN("not over yet"),
    SETTLED("settled (the wage went to the provider, and the key to the work became public)"),
    REFUNDED("refunded (the deposit went back to the customer)"),
    ABORTED("aborted (it ended without a payment)"),
    /// Outside the stated margins: the key was shown and the deposit went back all the same.
    LOST("lost (the key was shown, and the deposit went back to the customer)"),
    /// The stamper's part is over.
    EXPIRED("over for the stamper, which erased its keys");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public Conclusion.Ending ending() {
        return switch (this) {
            case SETTLED -> Conclusion.Ending.WELL;
            case UNKNOWN, OPEN, REFUNDED, ABORTED, EXPIRED -> Conclusion.Ending.UNDONE;
            case LOST -> Conclusion.Ending.BADLY;
        };
    }
}
