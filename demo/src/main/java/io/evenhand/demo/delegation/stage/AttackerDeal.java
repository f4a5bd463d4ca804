package io.evenhand.demo.delegation.stage;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.PointLock;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.ledger.evm.EscrowCalls;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.TransactionStatus.Receipt;
import io.evenhand.ledger.evm.Wallet;

/// A deal beside the exchange, whose key the cheat knows.
///
/// @param payer an account of the local chain
public record AttackerDeal(LocalChain chain, Rail rail, Wallet payer, Deal deal, RevealedKey key) {
    private static final long WINDOW_SECONDS = 3_600;

    /// A deal of the usual wage.
    ///
    /// @param account of the local chain, which pays
    public static AttackerDeal of(DelegationNet net, int account, Address payee, RevealedKey key) {
        Secret32 secret = Secret32.of(key.scalar().toByteArray());
        LockAddresses lock = PointLock.of(Secp256k1.publicKey(secret));
        LocalChain chain = net.chain();
        Wallet payer = LocalChain.wallet(account);
        Deal deal =
                new Deal(
                        payer.address(),
                        payee,
                        Address.ZERO,
                        DelegationNet.WAGE,
                        chain.tip().timestamp() + WINDOW_SECONDS,
                        Deal.salt(key.scalar().d()),
                        Deal.POINT_LOCK,
                        lock,
                        new Bytes32(key.scalar().a(), 0, 0, account));
        return new AttackerDeal(chain, net.rail(), payer, deal, key);
    }

    /// A key that everybody knows.
    public static RevealedKey key(int number) {
        return new RevealedKey(new Bytes32(0x5344, 0x4445, 0x414c, number));
    }

    public Receipt open() {
        return chain.execute(payer, EscrowCalls.open(rail, deal));
    }

    public Receipt claim() {
        return chain.execute(DelegationNet.stranger(), EscrowCalls.claim(rail, deal, key));
    }
}
