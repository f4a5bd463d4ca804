package io.evenhand.kit.machine;

import io.evenhand.kit.sign.Statement;
import java.util.List;
import java.util.Optional;

/// What a runtime has to know of a protocol's messages, all in one place: a protocol says it in one
/// exhaustive switch, so the compiler asks for the line of a new message.
///
/// A kind is named by {@link io.evenhand.kit.codec.Kind}.
public interface MessageFormat<M> {
    /// Name of the protocol: at most 16 characters of a-z.
    String protocol();

    /// The sealed family of all messages.
    Class<M> type();

    Traits<M> traits(M message);

    /// The message that tells a peer no.
    M refusal(String reason);

    /// What one message means to the runtime.
    ///
    /// @param step its number in the protocol's description, or empty
    /// @param slot tells messages of one kind apart, such as the number of the attempt; else 0
    /// @param secrets how many travel beside it
    /// @param answers kinds of what is said again, with the same slot, if it is heard again
    /// @param answeredWhenOver whether that is so after the exchange, too
    /// @param terms the statement whose hash is the id of the exchange, if the message holds it
    /// @param keptIfIgnored whether it may be held against its sender though it changed nothing
    /// @param refuses what it says no to, if it does
    record Traits<M>(
            String step,
            int slot,
            int secrets,
            List<Class<? extends M>> answers,
            boolean answeredWhenOver,
            Optional<Statement> terms,
            boolean keptIfIgnored,
            Optional<Refuses> refuses) {
        /// A message with no more to say about it.
        public static <M> Traits<M> step(String step) {
            return new Traits<>(
                    step, 0, 0, List.of(), true, Optional.empty(), false, Optional.empty());
        }

        public Traits<M> slot(int number) {
            return new Traits<>(
                    step,
                    number,
                    secrets,
                    answers,
                    answeredWhenOver,
                    terms,
                    keptIfIgnored,
                    refuses);
        }

        public Traits<M> secrets(int count) {
            return new Traits<>(
                    step, slot, count, answers, answeredWhenOver, terms, keptIfIgnored, refuses);
        }

        public Traits<M> answeredBy(Class<? extends M> kind) {
            return new Traits<>(
                    step, slot, secrets, List.of(kind), true, terms, keptIfIgnored, refuses);
        }

        public Traits<M> answeredWhileOpenBy(Class<? extends M> kind) {
            return new Traits<>(
                    step, slot, secrets, List.of(kind), false, terms, keptIfIgnored, refuses);
        }

        public Traits<M> terms(Statement statement) {
            return new Traits<>(
                    step,
                    slot,
                    secrets,
                    answers,
                    answeredWhenOver,
                    Optional.of(statement),
                    keptIfIgnored,
                    refuses);
        }

        public Traits<M> evidenceIfIgnored() {
            return new Traits<>(
                    step, slot, secrets, answers, answeredWhenOver, terms, true, refuses);
        }

        public Traits<M> refuses(String rule, String reason) {
            return new Traits<>(
                    step,
                    slot,
                    secrets,
                    answers,
                    answeredWhenOver,
                    terms,
                    keptIfIgnored,
                    Optional.of(new Refuses(rule, reason)));
        }
    }

    /// @param rule by the sender's own word, or empty
    /// @param reason one line for people
    record Refuses(String rule, String reason) {}
}
