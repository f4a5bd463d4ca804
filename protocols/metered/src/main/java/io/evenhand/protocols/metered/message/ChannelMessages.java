package io.evenhand.protocols.metered.message;

import io.evenhand.kit.machine.MessageFormat;

/// What a runtime has to know of each message.
public final class ChannelMessages implements MessageFormat<ChannelMessage> {
    /// There is no more than one.
    public static final ChannelMessages FORMAT = new ChannelMessages();

    /// On the wire and in the journal.
    public static final String PROTOCOL = "metered";

    private ChannelMessages() {}

    @Override
    public String protocol() {
        return PROTOCOL;
    }

    @Override
    public Class<ChannelMessage> type() {
        return ChannelMessage.class;
    }

    @Override
    public Traits<ChannelMessage> traits(ChannelMessage message) {
        return switch (message) {
            case ChannelMessage.Propose _ ->
                    Traits.<ChannelMessage>step("S1").answeredBy(ChannelMessage.Agree.class);
            case ChannelMessage.Agree(Terms terms, var _) ->
                    Traits.<ChannelMessage>step("S2")
                            .answeredWhileOpenBy(ChannelMessage.Opened.class)
                            .terms(terms);
            case ChannelMessage.Opened _ -> Traits.step("S3");
            case ChannelMessage.Refuse(String rule, String reason) ->
                    Traits.<ChannelMessage>step("").refuses(rule, reason);
        };
    }

    @Override
    public ChannelMessage refusal(String reason) {
        return new ChannelMessage.Refuse("", reason);
    }
}
