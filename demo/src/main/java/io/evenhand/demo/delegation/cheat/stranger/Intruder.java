package io.evenhand.demo.delegation.cheat.stranger;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.cheat.Story;
import io.evenhand.demo.stage.HostileCode;
import io.evenhand.demo.stage.LocalEscrow;
import io.evenhand.demo.stage.Mempool;
import io.evenhand.demo.stage.SideDeal;
import io.evenhand.demo.stage.Theatre;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.LedgerException;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.node.store.Role;
import java.io.IOException;

/// An outsider who sends transactions of its own to the escrow; the exchange settles all the same.
///
/// @param acts what it does, and how one sees that it gains nothing
public record Intruder(Story story, Acts acts) implements Cheat {
    private static final Wei FORCED = Wei.parse("0.003 eth");

    /// The stage direction.
    @FunctionalInterface
    public interface Acts {
        void play(Theatre theatre) throws IOException, InterruptedException;
    }

    private static Intruder of(String title, String about, String stoppedBy, Acts acts) {
        return new Intruder(
                new Story(title, Cheater.STRANGER, about, stoppedBy, Outcome.SETTLED), acts);
    }

    public static Intruder squatter() {
        return of(
                "squats-the-deal",
                "a stranger opens the customer's deal before the customer does, to occupy its id",
                "the payer is part of the deal's id and must be the caller (D8): nobody opens a deal in"
                        + " another's name",
                Intruder::squat);
    }

    private static void squat(Theatre theatre) throws InterruptedException {
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting open = pool.await(Mempool.OPEN);
            Bytes32 copy =
                    pool.ahead(
                            Theatre.stranger().address(),
                            theatre.rail().contract(),
                            open.input(),
                            open.value());
            theatre.cheated("a stranger sends the customer's open with its own money, ahead of it");
            theatre.chain().mine(1);
            if (!pool.receipt(copy).succeeded() && pool.receipt(open.hash()).succeeded()) {
                theatre.stopped(
                        "the contract refused the stranger and took the customer's deposit");
            }
        }
    }

    public static Intruder foreignKey() {
        return of(
                "foreign-claim",
                "a stranger claims the deal with the key of another deal, ahead of the provider",
                "a key fits the lock of its own deal only (D12), and a failed claim changes nothing",
                Intruder::claimWithForeignKey);
    }

    private static void claimWithForeignKey(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Mempool pool = theatre.mempool();
        try (Mempool.Grip _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Deal deal = theatre.papers().deal();
            String call = claim(theatre.rail(), deal, SideDeal.key(9));
            Bytes32 foreign =
                    pool.ahead(
                            Theatre.stranger().address(),
                            theatre.rail().contract(),
                            call,
                            Wei.ZERO);
            theatre.cheated("a stranger claims with a key of its own, ahead of the provider");
            theatre.chain().mine(1);
            if (!pool.receipt(foreign).succeeded() && pool.receipt(claim.hash()).succeeded()) {
                theatre.stopped(
                        "the contract refused the foreign key and paid the provider's claim");
            }
        }
    }

    public static Intruder replayOnOtherContract() {
        return of(
                "replay-on-other-contract",
                "a stranger repeats the customer's deposit and the provider's claim at a second escrow"
                        + " with the same code",
                "chain and contract are part of the deal's id, and the payer must be the caller (D8,"
                        + " D17)",
                Intruder::replayOnSecondEscrow);
    }

    private static void replayOnSecondEscrow(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        RevealedKey key = theatre.papers().providerKey();
        Deal deal = theatre.papers().deal();
        Rail second = LocalEscrow.deploy(theatre.chain());
        theatre.await(Role.PROVIDER, Theatre.transaction("TransactionIncluded", "claim"), "claim");
        Receipt open = theatre.chain().execute(Theatre.stranger(), EscrowCalls.open(second, deal));
        Receipt claim =
                theatre.chain().execute(Theatre.stranger(), EscrowCalls.claim(second, deal, key));
        theatre.cheated("a stranger repeats open and claim at " + second.contract());
        if (!open.succeeded() && !claim.succeeded()) {
            theatre.stopped("the second escrow refused both");
        }
    }

    public static Intruder replayOnOtherChain() {
        return of(
                "replay-on-other-chain",
                "a stranger sends the customer's signed deposit to another chain, where the customer"
                        + " has money too",
                "a transaction is signed for one chain id (EIP-155, EIP-1559), and so is the deal's id"
                        + " (D8)",
                Intruder::replayElsewhere);
    }

    private static void replayElsewhere(Theatre theatre) throws IOException, InterruptedException {
        Mempool pool = theatre.mempool();
        Mempool.Waiting open;
        try (Mempool.Grip _ = pool.takeOverMining()) {
            open = pool.await(Mempool.OPEN);
        }
        String raw =
                theatre.chain()
                        .rpc()
                        .call("eth_getRawTransactionByHash", "0x" + open.hash())
                        .text(1 << 14);
        LocalChain other = theatre.keep(LocalChain.start(new LocalChain.Mining.Instant()));
        other.rpc().call("anvil_setChainId", LocalChain.CHAIN_ID + 1);
        theatre.cheated(
                "a stranger sends the signed deposit to chain " + (LocalChain.CHAIN_ID + 1));
        try {
            other.rpc().call("eth_sendRawTransaction", raw);
        } catch (LedgerException e) {
            theatre.stopped("the other chain refused it: " + e.getMessage());
        }
    }

    public static Intruder forcedEther() {
        return of(
                "forced-ether",
                "a stranger forces money into the escrow by selfdestruct, to upset its books",
                "the contract counts each deal by itself and never looks at its balance (D-I3): what is"
                        + " forced in stays there",
                Intruder::forceEther);
    }

    private static void forceEther(Theatre theatre) throws InterruptedException {
        theatre.awaitDeposit();
        Address escrow = theatre.rail().contract();
        // PUSH20 escrow, SELFDESTRUCT: a creation that gives its value away and leaves no code.
        byte[] code = Hex.parse("0x73" + escrow.toString().substring(2) + "ff");
        Receipt forced = HostileCode.create(theatre.chain(), code, FORCED);
        Wei full = theatre.chain().balance(escrow);
        if (forced.succeeded() && full.compareTo(FORCED) >= 0) {
            theatre.cheated("a stranger forces " + FORCED + " into the escrow");
        }
        theatre.await(Role.PROVIDER, Theatre.transaction("TransactionIncluded", "claim"), "claim");
        if (theatre.chain().balance(escrow).equals(FORCED)) {
            theatre.stopped("the claim paid the wage, no more and no less");
        }
    }

    static String claim(Rail rail, Deal deal, RevealedKey key) {
        return Hex.format(EscrowCalls.claim(rail, deal, key).data().expose());
    }

    @Override
    public void play(Theatre theatre) throws IOException, InterruptedException {
        acts.play(theatre);
    }
}
