package io.evenhand.node.exchange;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.AgainException;
import io.evenhand.node.store.OutputTable.Output;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// What the runner can do for a protocol: an effect of any protocol is one of these. Making one
/// does nothing yet; all of them may be carried out more than once.
///
/// @param <I> inputs of the protocol's machine
/// @param <M> its messages
public sealed interface Action<I, M> {
    /// Tells a peer something, in order with what else this session tells it.
    record Say<I, M>(PartyId to, M message) implements Action<I, M> {}

    /// Runs a job when the queue of all exchanges' jobs allows it; its result is an input.
    ///
    /// @param name for people
    record Work<I, M>(String name, Job<I> job) implements Action<I, M> {}

    /// Calls something outside, such as a chain; done when it returns.
    ///
    /// @param output what it opens on a chain: on record before it is opened, one for each slot
    record Call<I, M>(String name, Port port, Optional<Output> output) implements Action<I, M> {}

    /// Subscribes to something outside until the session is over.
    record Follow<I, M>(String name, Subscription<I> source) implements Action<I, M> {}

    /// An input at a time; setting a timer again replaces it.
    record WakeAt<I, M>(String timer, long epochSecond) implements Action<I, M> {}

    /// Erases a secret.
    record Burn<I, M>(KeyId key) implements Action<I, M> {}

    /// @param input made with the time at which it is given to the machine
    /// @param outcome a few words for people
    record Finished<I>(Function<ChainTime, I> input, String outcome) {}

    /// Work of a role.
    interface Job<I> {
        /// Does it to its end.
        ///
        /// @throws AgainException if it may succeed later
        Finished<I> run() throws AgainException, InterruptedException;

        /// Waits until the result of a job that began at `startNanos` may be known. Others may work
        /// meanwhile.
        default void holdBack(long startNanos) throws InterruptedException {}

        /// Whether nobody else notices when it is done once more, in place of one that a loss of
        /// power has made undone: it does not wait for the journal's flush.
        default boolean isUnnoticed() {
            return false;
        }
    }

    /// A call to the outside. It flushes the journal before anything leaves.
    interface Port {
        /// @throws AgainException if it has to be tried again
        void call() throws AgainException, InterruptedException;
    }

    /// Something outside that reports changes.
    interface Subscription<I> {
        /// Starting again changes nothing but tells at once.
        void start(Consumer<Function<ChainTime, I>> news);

        void stop();
    }
}
