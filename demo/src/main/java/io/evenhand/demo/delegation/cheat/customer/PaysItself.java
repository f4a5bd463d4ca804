package io.evenhand.demo.delegation.cheat.customer;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.cli.evidence.Reading;
import io.evenhand.cli.evidence.delegation.DelegationReport;
import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.CheatTools;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.AttackerDeal;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.evidence.Conclusion;
import io.evenhand.kit.evidence.Finding;
import io.evenhand.kit.machine.Machine;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Xid;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.delegation.DelegationRoles;
import io.evenhand.protocols.delegation.Effect;
import io.evenhand.protocols.delegation.Expected;
import io.evenhand.protocols.delegation.Input;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.evidence.Evidence;
import io.evenhand.protocols.delegation.evidence.Observation;
import io.evenhand.protocols.delegation.evidence.Proven;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The customer keeps the wage and wants a bundle that says it paid: every signature in it is real,
/// and so is every transaction.
public final class PaysItself implements Cheat {
    private static final RevealedKey KEY = AttackerDeal.key(11);
    private static final long WINDOW_SECONDS = 3_600;

    private final CustomerVanishes vanishes = new CustomerVanishes();

    @Override
    public CheatDescription description() {
        return new CheatDescription(
                "pays-itself",
                Cheater.CUSTOMER,
                "the customer pays itself in a deal that names the exchange, and shows its evidence and"
                        + " the chain to a stranger as proof that it paid the provider",
                "only the deal that the Terms give is a wage (D17, D-I9): whatever the chain says of"
                        + " another, verify calls it no payment and blames the customer for its notice",
                Outcome.ABORTED);
    }

    @Override
    public Machine<CustomerState, Input, Effect> customer(
            Machine<CustomerState, Input, Effect> honest, CheatTools tools) {
        return vanishes.customer(honest, tools);
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        JsonNode _ = net.parties().await(DelegationRoles.CUSTOMER, "Ended");
        Terms terms = net.files().terms();
        Ed25519Identity me = net.setup().keys(DelegationRoles.CUSTOMER).identity();
        RealCrypto crypto =
                new RealCrypto(
                        me,
                        handle -> {
                            throw new IllegalStateException(handle + ": no secret is needed");
                        });
        Deal own = own(net, crypto, terms);
        Receipt opened =
                net.chain()
                        .execute(DelegationNet.customerWallet(), EscrowCalls.open(net.rail(), own));
        Receipt claimed =
                net.chain()
                        .execute(
                                DelegationNet.customerWallet(),
                                EscrowCalls.claim(net.rail(), own, KEY));
        if (!opened.succeeded() || !claimed.succeeded()) {
            return;
        }
        net.cheated("the customer opens a deal for this exchange and claims it itself");
        Xid xid = crypto.xid(terms);
        Evidence forged =
                Altered.of(
                        Altered.of(
                                Altered.of(genuine(net), "endings", List.of()),
                                "deposits",
                                List.of(notice(me, net, xid, own))),
                        "observations",
                        List.of(
                                seen(me, net, xid, own, opened, Optional.empty()),
                                seen(me, net, xid, own, claimed, Optional.of(KEY))));
        Path file = net.setup().folder().resolve("forged.asice");
        Evidence.FORMAT.bundle(forged).write(file);
        net.cheated("the customer writes a bundle of it, with real signatures");
        judge(net, crypto, file);
    }

    /// The deal of the Terms with another lock and another payee.
    private static Deal own(DelegationNet net, RealCrypto crypto, Terms terms) {
        Secret32 secret = Secret32.of(KEY.scalar().toByteArray());
        Deal agreed = Expected.deal(crypto, terms, crypto.xid(terms));
        Deal locked = Altered.of(agreed, "lock", PointLock.of(Secp256k1.publicKey(secret)));
        Deal paid = Altered.of(locked, "payee", DelegationNet.customerWallet().address());
        return Altered.of(paid, "claimBy", net.chain().tip().timestamp() + WINDOW_SECONDS);
    }

    private static Evidence genuine(DelegationNet net) throws IOException {
        try (Stream<Path> files =
                Files.list(net.setup().home(DelegationRoles.CUSTOMER).resolve("bundles"))) {
            return Evidence.FORMAT.read(Bundle.read(files.findFirst().orElseThrow()));
        }
    }

    private static Evidence.Deposit notice(
            Ed25519Identity me, DelegationNet net, Xid xid, Deal deal) {
        var said = new Statements.Deposited(xid, DealHash.of(net.rail(), deal), deal);
        return new Evidence.Deposit(deal, me.sign(said));
    }

    private static Evidence.Observed seen(
            Ed25519Identity me,
            DelegationNet net,
            Xid xid,
            Deal deal,
            Receipt receipt,
            Optional<RevealedKey> key) {
        long time =
                net.chain()
                        .rpc()
                        .call(
                                "eth_getBlockByNumber",
                                "0x" + Long.toHexString(receipt.block()),
                                false)
                        .field("timestamp")
                        .quantity();
        Observation observation =
                new Observation(
                        xid,
                        DealHash.of(net.rail(), deal),
                        key.isPresent() ? Observation.Kind.CLAIMED : Observation.Kind.OPENED,
                        receipt.transaction(),
                        receipt.blockHash(),
                        receipt.block(),
                        time,
                        key);
        return new Evidence.Observed(observation, me.party(), me.sign(observation));
    }

    private static void judge(DelegationNet net, RealCrypto crypto, Path file)
            throws IOException, InterruptedException {
        Reading reading =
                Reading.of(
                        List.of(new DelegationReport()),
                        crypto,
                        List.of(file),
                        Optional.of(net.chain().rpc()),
                        Optional.empty());
        if (!reading.valid()) {
            return;
        }
        Reading.Exchange exchange = reading.exchanges().getFirst();
        Conclusion verdict = exchange.conclusion();
        boolean paid =
                verdict.proves(Proven.PAID)
                        || verdict.outcome()
                                == io.evenhand.protocols.delegation.evidence.Outcome.SETTLED;
        if (!paid && exchange.blame().equals(List.of("customer"))) {
            net.stopped(
                    "verify, which asked the chain, finds no payment of the wage: "
                            + sentence(verdict));
        }
    }

    private static String sentence(Conclusion verdict) {
        return verdict.findings().stream()
                .filter(claim -> claim.kind() == Proven.BAD_DEPOSIT)
                .map(Finding::sentence)
                .findFirst()
                .orElse("");
    }
}
