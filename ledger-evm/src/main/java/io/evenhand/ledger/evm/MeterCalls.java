package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import java.util.Optional;

/// Calls of the Meter (`contracts/src/Meter.sol`) as transactions to ask for.
///
/// Gas limits are what a call uses on Ethereum with the worst recipients that the contract allows;
/// a chain that wants more gets more. The rest is not paid. An intent's key is the channel's
/// storage key with the call's name, so that a repeated request is one transaction.
public final class MeterCalls {
    /// Opening uses 47,000.
    static final long OPEN_GAS = 60_000;

    static final long TOP_UP_GAS = 40_000;

    /// Two payments at worst.
    static final long CLOSE_GAS = 230_000;

    /// One payment at worst.
    static final long END_GAS = 160_000;

    static final long DEPLOY_GAS = 1_100_000;

    /// What a payee plans for a closing: 46,500, and 54,500 more that a payer can burn (F7).
    static final long DEAREST_CLOSE_GAS = 101_000;

    private MeterCalls() {}

    /// Creates the contract.
    public static Intent deploy(String key, Wei maxTotalFee) {
        return new Intent(
                key,
                Optional.empty(),
                MeterCode.creation(),
                Wei.ZERO,
                DEPLOY_GAS,
                maxTotalFee,
                Intent.ANY_TIME,
                false);
    }

    /// Puts the deposit into the contract. The account must be the channel's payer. May cost the
    /// deposit in fees.
    public static Intent open(Rail meter, MeterChannel channel, Wei deposit) {
        String key = key(meter, channel, "open");
        return intent(meter, key, MeterAbi.open(channel), deposit, OPEN_GAS, deposit);
    }

    /// Adds to the deposit of an open channel. May cost as much in fees as it adds.
    ///
    /// @param number of this top-up among those of the channel
    public static Intent topUp(Rail meter, MeterChannel channel, int number, Wei more) {
        Bytes32 id = MeterHashes.channel(meter, channel);
        String key = key(meter, channel, "topUp") + ":" + number;
        return intent(meter, key, MeterAbi.topUp(id, channel.signer()), more, TOP_UP_GAS, more);
    }

    /// Takes the total and publishes the key. The account must be the channel's payee. May cost the
    /// total in fees.
    public static Intent close(Rail meter, MeterChannel channel, MeterPair pair) {
        CallData data = MeterAbi.close(channel, pair);
        return secret(
                intent(
                        meter,
                        key(meter, channel, "close"),
                        data,
                        Wei.ZERO,
                        CLOSE_GAS,
                        pair.total()));
    }

    /// Closes for the payee with its `Close` of exactly this update (F8). Any account may.
    ///
    /// @param notBefore seconds since 1970, as signed
    /// @param close the payee's signature of {@link MeterHashes#close}
    public static Intent closeFor(
            Rail meter,
            MeterChannel channel,
            MeterPair pair,
            long notBefore,
            CompactSignature close,
            Wei maxTotalFee) {
        CallData data = MeterAbi.closeFor(channel, pair, notBefore, close);
        String key = key(meter, channel, "closeFor");
        return secret(intent(meter, key, data, Wei.ZERO, CLOSE_GAS, maxTotalFee));
    }

    /// Takes the deposit back from the timeout on.
    public static Intent refund(Rail meter, MeterChannel channel, Wei maxTotalFee) {
        String key = key(meter, channel, "refund");
        return intent(meter, key, MeterAbi.refund(channel), Wei.ZERO, END_GAS, maxTotalFee);
    }

    /// Gives the deposit back to the payer early. The account must be the channel's payee.
    public static Intent release(Rail meter, MeterChannel channel, Wei maxTotalFee) {
        String key = key(meter, channel, "release");
        return intent(meter, key, MeterAbi.release(channel), Wei.ZERO, END_GAS, maxTotalFee);
    }

    /// Pays a credit that `owner` once refused to its owner. Anyone may.
    public static Intent withdrawFor(Rail meter, Address owner, String key, Wei maxTotalFee) {
        return EscrowCalls.withdrawFor(meter, owner, key, maxTotalFee);
    }

    /// Pays the account's own credit to another address.
    public static Intent withdraw(Rail meter, Address to, String key, Wei maxTotalFee) {
        return EscrowCalls.withdraw(meter, to, key, maxTotalFee);
    }

    /// Whether this opens, ends or adds to a channel of some Meter.
    public static boolean isOfChannel(Intent intent) {
        return topsUp(intent) || MeterAbi.function(intent.data()).isPresent();
    }

    /// What a closing asks for; nothing of any other call.
    public static Optional<Wei> total(Intent intent) {
        return MeterAbi.total(intent.data());
    }

    /// Whether this opens a channel of some Meter.
    public static boolean opens(Intent intent) {
        return MeterAbi.function(intent.data()).filter(MeterAbi.Function.OPEN::equals).isPresent();
    }

    /// Whether this adds to a channel's deposit.
    public static boolean topsUp(Intent intent) {
        return MeterAbi.isTopUp(intent.data());
    }

    /// Whether the contract may still take this call, by the chain's clock: channels are opened and
    /// closed before their timeout, everything else has no end.
    ///
    /// @param head timestamp of the newest block, in seconds
    public static boolean mayStillWork(Intent intent, long head) {
        Optional<Long> timeout = MeterAbi.timeout(intent.data());
        return timeout.isEmpty()
                || switch (MeterAbi.function(intent.data()).orElseThrow()) {
                    case OPEN, CLOSE, CLOSE_FOR -> head < timeout.get();
                    case REFUND, RELEASE -> true;
                };
    }

    /// Whether its time has come and is not over.
    public static boolean isDue(Intent intent, long head) {
        boolean refunds =
                MeterAbi.function(intent.data())
                        .filter(MeterAbi.Function.REFUND::equals)
                        .isPresent();
        boolean early = refunds && head < MeterAbi.timeout(intent.data()).orElse(Long.MAX_VALUE);
        return !early && mayStillWork(intent, head);
    }

    /// What names a call for a channel at the {@link TransactionManager}.
    ///
    /// @param call `open`, `close`, `closeFor`, `refund` or `release`
    public static String key(Rail meter, MeterChannel channel, String call) {
        return MeterHashes.key(meter, channel) + ":" + call;
    }

    private static Intent intent(
            Rail meter, String key, CallData data, Wei value, long gas, Wei maxTotalFee) {
        return new Intent(
                key,
                Optional.of(meter.contract()),
                data,
                value,
                gas,
                maxTotalFee,
                Intent.ANY_TIME,
                false);
    }

    private static Intent secret(Intent i) {
        return new Intent(
                i.key(),
                i.to(),
                i.data(),
                i.value(),
                i.gasLimit(),
                i.maxTotalFee(),
                i.handOverBy(),
                true);
    }
}
