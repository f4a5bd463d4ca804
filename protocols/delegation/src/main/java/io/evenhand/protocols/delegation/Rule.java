package io.evenhand.protocols.delegation;

import io.evenhand.kit.machine.NumberedRule;

/// What a refusal in a delegation, or an end without a deposit, is about. The numbers are those of
/// `docs/reference/rules.md`.
public enum Rule implements NumberedRule {
    /// Nothing in this state waits for it.
    UNEXPECTED,
    /// It comes from somebody else than the one whose turn it is.
    SENDER,
    /// It names another exchange.
    EXCHANGE,
    SIGNATURE,
    /// The user gave up.
    GIVEN_UP,
    /// A peer refused; the text is its own.
    CUSTOMER_REFUSED,
    PROVIDER_REFUSED,
    STAMPER_REFUSED,
    JOB_FAILED,

    // ------------------------------------------------------------------------------ T1, the offer
    OTHER_PROVIDER,
    OTHER_OFFER,
    SERVICE,
    RAIL("D17"),
    WAGE,
    ACCOUNT("D25"),
    OWN_STAMPER,
    STAMPER,
    POLICY,
    POLICY_HASH,
    HIDDEN_HASH,
    INPUT_SIZE,
    WORK_SIZE,
    ATTEMPTS,
    DEADLINES,
    HORIZON,
    WINDOW("D9"),
    RETENTION("D16"),

    // --------------------------------------------------------------------- T2, T3, T4, agreement
    PROFILE,
    ORDER("D22"),
    PAYEE("D8"),
    NO_LOCK("D12"),
    POSSESSION("D13"),
    TERMS_SIGNATURE("D22"),
    READY("16a"),
    SECOND_PROVISION("16a"),
    UNUSED,
    PSK("D19"),
    NOT_STARTED,

    // --------------------------------------------------------------------------- T5, T6, the work
    NO_WORK,
    BEING_JUDGED("16b"),
    ATTEMPT_ORDER("16b"),
    NO_ATTEMPT_LEFT("D6"),
    STAMPED("D-I10"),
    FORGOTTEN("12"),
    FAILED_POLICY,
    STAMP_MISMATCH("T6"),

    // ----------------------------------------------------------------------- T7, T8, the delivery
    DELIVERY_EXCHANGE("16d"),
    DELIVERY_LATE("16d"),
    DELIVERY_LABEL("16d"),
    DELIVERY_ATTEMPT("16d"),
    DELIVERY_STAMP("16d"),
    DELIVERY_STAMP_KEY("16d"),
    DELIVERY_SIGNATURE("16d"),
    DELIVERY_HEADER("16d"),
    DELIVERY_SIZE("16d"),
    NOT_FETCHED,
    ACKNOWLEDGEMENT("T8"),

    // ------------------------------------------------------------------- T9, T10, T11, the deposit
    CODE("D17"),
    OTHER_DEAL("10b"),
    FUND_OVER,
    DEPOSIT_OUT,
    /// The deposit that was told of never stood in a final block.
    NO_DEPOSIT("D14"),
    NEVER_FUNDED("D14"),
    DEPOSIT_EXCHANGE("D17"),
    DEPOSIT_ACCOUNT("D17"),
    DEPOSIT_LOCK("D12"),
    DEPOSIT_SALT("12"),
    DEPOSIT_COIN("D17"),
    DEPOSIT_AMOUNT("D17"),
    DEPOSIT_TIME("D9"),
    DEPOSIT_SIGNATURE("D17"),
    MARGIN("R2"),
    RELEASED;

    private final String number;

    Rule() {
        this("");
    }

    Rule(String number) {
        this.number = number;
    }

    @Override
    public String number() {
        return number;
    }

    public Fault because(String text) {
        return new Fault(this, text);
    }
}
