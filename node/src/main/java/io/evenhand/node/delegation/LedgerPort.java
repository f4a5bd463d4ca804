package io.evenhand.node.delegation;

import io.evenhand.kit.deal.ChainTime;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.DealView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.AgainException;
import io.evenhand.node.store.SessionKey;
import io.evenhand.protocols.delegation.Effect;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/// The chain as a delegation needs it.
public interface LedgerPort {
    /// Both clocks; the chain's is 0 while no block was seen.
    ChainTime time();

    /// Where the chain stands, to be kept when a session begins; nothing while no block was seen.
    Optional<Octets> mark();

    /// Why no new exchange can begin now, for the other party; nothing almost always.
    default Optional<String> busy() {
        return Optional.empty();
    }

    /// Takes care of a transaction: it is journalled, sent, and sent again as often as it needs.
    ///
    /// @throws AgainException while no node has seen it: it has to be asked for again
    void publish(SessionKey session, Effect.Transaction transaction) throws AgainException;

    /// Tells about a deal now and after every new block, until {@link #unwatch}. Watching again
    /// changes nothing but tells at once.
    void watch(SessionKey session, Rail rail, Deal deal, Consumer<DealView> listener);

    void unwatch(SessionKey session);

    /// No chain at all: a stamper decides by its own clock.
    static LedgerPort none(InstantSource clock) {
        return new LedgerPort() {
            @Override
            public ChainTime time() {
                return new ChainTime(clock.instant().getEpochSecond(), 0);
            }

            @Override
            public Optional<Octets> mark() {
                return Optional.of(new Octets(new byte[Long.BYTES]));
            }

            @Override
            public void publish(SessionKey session, Effect.Transaction transaction) {
                throw new IllegalStateException("this role sends no transactions");
            }

            @Override
            public void watch(
                    SessionKey session, Rail rail, Deal deal, Consumer<DealView> listener) {
                throw new IllegalStateException("this role watches no deals");
            }

            @Override
            public void unwatch(SessionKey session) {}
        };
    }
}
