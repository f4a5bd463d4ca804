package io.evenhand.demo.delegation.cheat.stranger;

import io.evenhand.demo.delegation.cheat.Cheat;
import io.evenhand.demo.delegation.cheat.CheatDescription;
import io.evenhand.demo.delegation.cheat.Cheater;
import io.evenhand.demo.delegation.cheat.Outcome;
import io.evenhand.demo.delegation.stage.AttackerDeal;
import io.evenhand.demo.delegation.stage.DelegationNet;
import io.evenhand.demo.stage.HostileCode;
import io.evenhand.demo.stage.LocalEscrow;
import io.evenhand.demo.stage.Mempool;
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
import io.evenhand.node.delegation.DelegationRoles;
import java.io.IOException;

/// An outsider who sends transactions of its own to the escrow; the exchange settles all the same.
///
/// @param script what it does, and how one sees that it gains nothing
public record StrangerTransactions(CheatDescription description, Script script) implements Cheat {
    private static final Wei FORCED = Wei.parse("0.003 eth");

    /// What happens meanwhile.
    @FunctionalInterface
    public interface Script {
        void play(DelegationNet net) throws IOException, InterruptedException;
    }

    private static StrangerTransactions of(
            String title, String about, String stoppedBy, Script script) {
        return new StrangerTransactions(
                new CheatDescription(title, Cheater.STRANGER, about, stoppedBy, Outcome.SETTLED),
                script);
    }

    public static StrangerTransactions squatter() {
        return of(
                "squats-the-deal",
                "a stranger opens the customer's deal before the customer does, to occupy its id",
                "the payer is part of the deal's id and must be the caller (D8): nobody opens a deal in"
                        + " another's name",
                StrangerTransactions::squat);
    }

    private static void squat(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting open = pool.await(Mempool.OPEN);
            Bytes32 copy =
                    pool.ahead(
                            DelegationNet.stranger().address(),
                            net.rail().contract(),
                            open.input(),
                            open.value());
            net.cheated("a stranger sends the customer's open with its own money, ahead of it");
            net.chain().mine(1);
            if (!pool.receipt(copy).succeeded() && pool.receipt(open.hash()).succeeded()) {
                net.stopped("the contract refused the stranger and took the customer's deposit");
            }
        }
    }

    public static StrangerTransactions foreignKey() {
        return of(
                "foreign-claim",
                "a stranger claims the deal with the key of another deal, ahead of the provider",
                "a key fits the lock of its own deal only (D12), and a failed claim changes nothing",
                StrangerTransactions::claimWithForeignKey);
    }

    private static void claimWithForeignKey(DelegationNet net) throws InterruptedException {
        Mempool pool = net.mempool();
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            Mempool.Waiting claim = pool.await(Mempool.CLAIM);
            Deal deal = net.files().deal();
            String call = claim(net.rail(), deal, AttackerDeal.key(9));
            Bytes32 foreign =
                    pool.ahead(
                            DelegationNet.stranger().address(),
                            net.rail().contract(),
                            call,
                            Wei.ZERO);
            net.cheated("a stranger claims with a key of its own, ahead of the provider");
            net.chain().mine(1);
            if (!pool.receipt(foreign).succeeded() && pool.receipt(claim.hash()).succeeded()) {
                net.stopped("the contract refused the foreign key and paid the provider's claim");
            }
        }
    }

    public static StrangerTransactions replayOnOtherContract() {
        return of(
                "replay-on-other-contract",
                "a stranger repeats the customer's deposit and the provider's claim at a second escrow"
                        + " with the same code",
                "chain and contract are part of the deal's id, and the payer must be the caller (D8,"
                        + " D17)",
                StrangerTransactions::replayOnSecondEscrow);
    }

    private static void replayOnSecondEscrow(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        RevealedKey key = net.files().providerKey();
        Deal deal = net.files().deal();
        Rail second = LocalEscrow.deploy(net.chain());
        net.parties()
                .await(
                        DelegationRoles.PROVIDER,
                        DelegationNet.transaction("TransactionIncluded", "claim"),
                        "claim");
        Receipt open =
                net.chain().execute(DelegationNet.stranger(), EscrowCalls.open(second, deal));
        Receipt claim =
                net.chain().execute(DelegationNet.stranger(), EscrowCalls.claim(second, deal, key));
        net.cheated("a stranger repeats open and claim at " + second.contract());
        if (!open.succeeded() && !claim.succeeded()) {
            net.stopped("the second escrow refused both");
        }
    }

    public static StrangerTransactions replayOnOtherChain() {
        return of(
                "replay-on-other-chain",
                "a stranger sends the customer's signed deposit to another chain, where the customer"
                        + " has money too",
                "a transaction is signed for one chain id (EIP-155, EIP-1559), and so is the deal's id"
                        + " (D8)",
                StrangerTransactions::replayElsewhere);
    }

    private static void replayElsewhere(DelegationNet net)
            throws IOException, InterruptedException {
        Mempool pool = net.mempool();
        Mempool.Waiting open;
        try (Mempool.MiningControl _ = pool.takeOverMining()) {
            open = pool.await(Mempool.OPEN);
        }
        String raw =
                net.chain()
                        .rpc()
                        .call("eth_getRawTransactionByHash", "0x" + open.hash())
                        .text(1 << 14);
        LocalChain other = net.keep(LocalChain.start(new LocalChain.Mining.Instant()));
        other.rpc().call("anvil_setChainId", LocalChain.CHAIN_ID + 1);
        net.cheated("a stranger sends the signed deposit to chain " + (LocalChain.CHAIN_ID + 1));
        try {
            other.rpc().call("eth_sendRawTransaction", raw);
        } catch (LedgerException e) {
            net.stopped("the other chain refused it: " + e.getMessage());
        }
    }

    public static StrangerTransactions forcedEther() {
        return of(
                "forced-ether",
                "a stranger forces money into the escrow by selfdestruct, to upset its books",
                "the contract counts each deal by itself and never looks at its balance (D-I3): what is"
                        + " forced in stays there",
                StrangerTransactions::forceEther);
    }

    private static void forceEther(DelegationNet net) throws InterruptedException {
        net.awaitDeposit();
        Address escrow = net.rail().contract();
        // PUSH20 escrow, SELFDESTRUCT: a creation that gives its value away and leaves no code.
        byte[] code = Hex.parse("0x73" + escrow.toString().substring(2) + "ff");
        Receipt forced = HostileCode.create(net.chain(), code, FORCED);
        Wei full = net.chain().balance(escrow);
        if (forced.succeeded() && full.compareTo(FORCED) >= 0) {
            net.cheated("a stranger forces " + FORCED + " into the escrow");
        }
        net.parties()
                .await(
                        DelegationRoles.PROVIDER,
                        DelegationNet.transaction("TransactionIncluded", "claim"),
                        "claim");
        if (net.chain().balance(escrow).equals(FORCED)) {
            net.stopped("the claim paid the wage, no more and no less");
        }
    }

    static String claim(Rail rail, Deal deal, RevealedKey key) {
        return Hex.format(EscrowCalls.claim(rail, deal, key).data().expose());
    }

    @Override
    public void play(DelegationNet net) throws IOException, InterruptedException {
        script.play(net);
    }
}
