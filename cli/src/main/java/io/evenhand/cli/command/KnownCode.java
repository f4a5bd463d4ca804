package io.evenhand.cli.command;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.ChainWatcher;
import io.evenhand.ledger.evm.Escrow;
import io.evenhand.ledger.evm.EscrowCode;
import io.evenhand.ledger.evm.JsonRpc;
import io.evenhand.ledger.evm.Meter;
import io.evenhand.ledger.evm.MeterCode;
import io.evenhand.ledger.evm.TransactionManager;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// The contracts that this release knows by the hashes of their code.
public enum KnownCode {
    /// Deposits of exchanges.
    ESCROW,
    /// Channels that are paid round by round.
    METER;

    /// As people say it.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Names the transaction that creates it on a chain.
    String key(long chainId) {
        return switch (this) {
            case ESCROW -> "deploy:" + chainId;
            case METER -> "deployMeter:" + chainId;
        };
    }

    private Bytes32 hash() {
        return switch (this) {
            case ESCROW -> EscrowCode.hash();
            case METER -> MeterCode.hash();
        };
    }

    Rail rail(long chainId, Address address) {
        return new Rail(chainId, address, hash());
    }

    /// Whether its code stands there, as far as this endpoint says.
    public boolean standsAt(JsonRpc rpc, Address address) {
        return switch (this) {
            case ESCROW -> EscrowCode.standsAt(rpc, address);
            case METER -> MeterCode.standsAt(rpc, address);
        };
    }

    /// Throws a `LedgerException` unless it stands there (D17).
    void check(ChainWatcher watcher, Rail rail) {
        switch (this) {
            case ESCROW -> new Escrow(watcher, Optional.empty()).check(rail);
            case METER -> new Meter(watcher).check(rail);
        }
    }

    /// Creates it and waits until a block holds it.
    Rail deploy(
            ChainWatcher watcher,
            TransactionManager manager,
            String key,
            Wei maxFee,
            Duration limit)
            throws InterruptedException {
        return switch (this) {
            case ESCROW ->
                    new Escrow(watcher, Optional.of(manager)).deploy(manager, key, maxFee, limit);
            case METER -> new Meter(watcher).deploy(manager, key, maxFee, limit);
        };
    }
}
