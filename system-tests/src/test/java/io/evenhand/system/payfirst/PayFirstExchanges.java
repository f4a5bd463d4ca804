package io.evenhand.system.payfirst;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.node.exchange.StateCodec;
import io.evenhand.node.store.Journal;
import io.evenhand.node.store.Role;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.system.crash.Actor;
import io.evenhand.system.crash.Actors;
import io.evenhand.system.crash.CrashedExchanges;
import io.evenhand.system.crash.DoomedServer;
import io.evenhand.system.crash.ProcessLog;
import io.evenhand.system.payfirst.PayFirst.State;
import io.evenhand.system.whole.Program;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Purchases in which the buyer's or the seller's process dies: one seller for all, and a buyer
/// with an account of its own for each.
final class PayFirstExchanges implements CrashedExchanges {
    private static final String PRICE = "0.001 eth";

    /// What a deposit costs in gas is far below.
    private static final BigInteger MOST_GAS = Wei.parse("0.001 eth").value();

    private static final int MAX_TRIES = 3;

    private final LocalChain chain;
    private final Actors actors;
    private final Role dies;
    private final int port;
    private final Actor seller;
    private final List<Actor> buyers = new ArrayList<>();
    private final Deque<String> invites = new ArrayDeque<>();
    private final AtomicLong names = new AtomicLong();

    /// @param most how many exchanges there will be
    PayFirstExchanges(LocalChain chain, Rail rail, Path folder, Role dies, int most)
            throws Exception {
        this.chain = chain;
        this.dies = dies;
        this.actors =
                new Actors(
                        chain,
                        rail,
                        Files.createDirectories(folder),
                        (_, options, words, listener) ->
                                Program.start(PayFirstMain.class, options, words, listener),
                        new ProcessLog());
        this.port = Actors.freePort();
        this.seller = actors.make("seller");
        sell("", most).listening().path("invites").forEach(invite -> invites.add(invite.asText()));
    }

    private Program sell(String options, int count) throws IOException {
        return seller.start(
                options, List.of("sell", "--listen", "127.0.0.1:" + port, "--invites", "" + count));
    }

    /// A buyer dies alone.
    @Override
    public int sideBySide() {
        return dies.equals(PayFirstBinding.BUYER) ? 2 : 1;
    }

    @Override
    public Sale play(String name, String options) throws Exception {
        Purchase purchase = purchase(name);
        if (dies.equals(PayFirstBinding.BUYER)) {
            int _ = purchase.buy(options).exit(Program.LIMIT);
            seeThrough(purchase, () -> {});
            return sale(purchase);
        }
        seller.program().kill();
        try (DoomedServer server = DoomedServer.start(doom -> sell(doom, 0), options)) {
            int _ = purchase.buy("").exit(Program.LIMIT);
            seeThrough(purchase, server::awaitUp);
            return sale(purchase);
        }
    }

    private synchronized Purchase purchase(String name) throws IOException {
        Actor buyer = actors.make(name);
        buyers.add(buyer);
        Bytes32 ref = new Bytes32(1, 2, 3, names.incrementAndGet());
        return new Purchase(buyer, ref, invites.removeFirst());
    }

    private interface Wait {
        void await() throws Exception;
    }

    private final class Purchase {
        private final Actor buyer;
        private final Bytes32 ref;
        private final Path invite;

        Purchase(Actor buyer, Bytes32 ref, String invite) throws IOException {
            this.buyer = buyer;
            this.ref = ref;
            this.invite = Files.writeString(actors.folder().resolve(ref + ".invite"), invite);
        }

        Program buy(String options) throws IOException {
            return buyer.start(
                    options,
                    List.of(
                            "buy",
                            "--seller",
                            "@" + invite,
                            "--payee",
                            seller.account().toString(),
                            "--price",
                            PRICE,
                            "--ref",
                            ref.toString()));
        }

        Program resume() throws IOException {
            return buyer.start("", List.of("resume"));
        }

        Optional<State> bought() {
            return state(buyer, PayFirstBinding.BUYER, ref);
        }
    }

    /// With `resume`, or by typing it again if the process died before there was an exchange.
    ///
    /// @param seller waits until the seller serves, if it has died
    private static void seeThrough(Purchase purchase, Wait seller) throws Exception {
        Optional<State> bought = purchase.bought();
        for (int tries = 0; tries < MAX_TRIES && !isOver(bought); tries++) {
            seller.await();
            Program again = bought.isPresent() ? purchase.resume() : purchase.buy("");
            int _ = again.exit(Program.LIMIT);
            bought = purchase.bought();
        }
    }

    private Sale sale(Purchase purchase) {
        return new Sale(
                purchase.bought(),
                state(seller, PayFirstBinding.SELLER, purchase.ref),
                sent(purchase.buyer),
                sent(seller),
                Actors.PURSE
                        .value()
                        .subtract(chain.balance(purchase.buyer.account()).value())
                        .subtract(Wei.parse(PRICE).value()));
    }

    private static boolean isOver(Optional<State> state) {
        return state.filter(s -> s instanceof State.Bought || s instanceof State.GaveUp)
                .isPresent();
    }

    private int sent(Actor actor) {
        return (int)
                chain.rpc()
                        .call("eth_getTransactionCount", actor.account().toString(), "latest")
                        .quantity();
    }

    private static Optional<State> state(Actor actor, Role role, Bytes32 ref) {
        if (!Journal.isIn(actor.home())) {
            return Optional.empty();
        }
        try (Store store = Store.openForReading(actor.home())) {
            return store.sessions()
                    .find(new SessionKey(role, ref))
                    .map(session -> new StateCodec<>(State.class).decode(session.state()));
        }
    }

    /// How a purchase ended.
    ///
    /// @param deposits transactions of the buyer's account
    /// @param claims transactions of the seller's account, which has none to make
    /// @param gas what the buyer has less, beside the price
    record Sale(
            Optional<State> bought, Optional<State> sold, int deposits, int claims, BigInteger gas)
            implements Ending {
        /// Paid once, and every round is here: more than the price nobody can lose.
        @Override
        public boolean good() {
            return bought.equals(Optional.of(new State.Bought(PayFirst.ROUNDS)))
                    && sold.filter(Sale::isDelivered).isPresent()
                    && deposits == 1
                    && claims == 0
                    && gas.signum() > 0
                    && gas.compareTo(MOST_GAS) < 0;
        }

        private static boolean isDelivered(State sold) {
            return sold instanceof State.Selling(var _, var _, int round, boolean paid)
                    && paid
                    && round == PayFirst.ROUNDS;
        }
    }

    @Override
    public void close() throws IOException {
        for (Actor buyer : buyers) {
            buyer.close();
        }
        seller.close();
    }
}
