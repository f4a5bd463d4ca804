package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// Transactions that mean nothing.
final class LocalTransactions {
    private LocalTransactions() {}

    static TransactionStatus.Receipt pay(LocalChain chain) {
        Wallet wallet = LocalChain.wallet(9);
        return chain.execute(
                wallet,
                new Intent(
                        "nothing",
                        Optional.of(wallet.address()),
                        CallData.of(new byte[0]),
                        Wei.ZERO,
                        21_000,
                        Rig.ENOUGH,
                        Intent.ANY_TIME,
                        false));
    }
}
