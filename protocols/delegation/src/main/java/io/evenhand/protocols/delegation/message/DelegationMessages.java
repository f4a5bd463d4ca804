package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.machine.MessageFormat;

/// What a runtime has to know of each message.
public final class DelegationMessages implements MessageFormat<Message> {
    /// There is no more than one.
    public static final DelegationMessages FORMAT = new DelegationMessages();

    /// On the wire and in the journal.
    public static final String PROTOCOL = "delegation";

    private DelegationMessages() {}

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Class<Message> type() {
        return Message.class;
    }

    /// Steps are those of package `io.evenhand.protocols.delegation`. Terms stand in the messages
    /// that complete them.
    @Override
    public Traits<Message> traits(Message message) {
        return switch (message) {
            case Message.AskStampKey _ -> step("T0").answeredBy(Message.StampKeyMade.class);
            case Message.StampKeyMade _ -> step("T0");
            case Message.Offer _ -> step("T1").answeredBy(Message.Accept.class);
            // A customer that is through starts nothing more.
            case Message.Accept(Terms terms, var _, var _) ->
                    step("T2").answeredWhileOpenBy(Message.Start.class).terms(terms);
            // The psk and the salt of the hidden data.
            case Message.Provision provision ->
                    step("T3").secrets(2).answeredBy(Message.Ready.class).terms(provision.terms());
            case Message.Ready _ -> step("T3");
            // The psk.
            case Message.Start _ -> step("T4").secrets(1).answeredBy(Message.Deliver.class);
            // The seed.
            case Message.Try attempt ->
                    step("T5").slot(attempt.attempt()).secrets(1).answeredBy(Message.Verdict.class);
            case Message.Verdict verdict -> step("T5").slot(verdict.attempt());
            case Message.Deliver _ ->
                    step("T7").answeredBy(Message.Funded.class).evidenceIfIgnored();
            case Message.Ack _ -> step("T8");
            case Message.Funded _ -> step("T9").evidenceIfIgnored();
            case Message.Refuse(String rule, String reason) -> step("").refuses(rule, reason);
        };
    }

    private static Traits<Message> step(String number) {
        return Traits.step(number);
    }

    @Override
    public Message refusal(String reason) {
        return new Message.Refuse(reason);
    }
}
