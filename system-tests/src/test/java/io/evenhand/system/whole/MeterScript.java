package io.evenhand.system.whole;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.CompactSignature;
import io.evenhand.ledger.evm.Intent;
import io.evenhand.ledger.evm.LocalChain;
import io.evenhand.ledger.evm.MeterCalls;
import io.evenhand.ledger.evm.MeterChannel;
import io.evenhand.ledger.evm.MeterHashes;
import io.evenhand.ledger.evm.MeterPair;
import io.evenhand.ledger.evm.Wallet;
import io.evenhand.simulation.meter.MeterTx;
import io.evenhand.simulation.meter.ModelChannel;
import io.evenhand.simulation.meter.Signed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Random calls of the meter, each for the model and for the contract. Most make sense; some have
/// something wrong, so that both must refuse them.
final class MeterScript {
    static final long MIN_WINDOW = 60;

    /// Accounts 0 to 2 pay, 3 and 4 are paid, 5 is a stranger.
    static final int ACTORS = 6;

    /// A payer and a payee that refuse every payment.
    static final List<Wallet> REFUSERS = List.of(LocalChain.wallet(2), LocalChain.wallet(4));

    private static final int PAYERS = 3;
    private static final Wei ANY_FEE = Wei.parse("1 eth");

    private final Random random;
    private final Rail rail;
    private final List<MeterChannel> channels = new ArrayList<>();
    private final Map<MeterChannel, Wei> deposits = new HashMap<>();
    private final Secret32 signerKey = LocalChain.key(7);
    private final Address signer = LocalChain.wallet(7).address();
    private int topUps;

    MeterScript(Random random, Rail rail) {
        this.random = random;
        this.rail = rail;
    }

    /// A call that both sides understand.
    ///
    /// @param about the channel that it names
    record Step(CallShape shape, Wallet sender, Intent intent, MeterTx tx, MeterChannel about) {}

    /// A signature as both sides have it.
    private record Both(CompactSignature real, Signed model) {}

    List<MeterChannel> channels() {
        return List.copyOf(channels);
    }

    static ModelChannel model(MeterChannel c) {
        return new ModelChannel(c.payer(), c.payee(), c.signer(), c.timeout(), c.xid());
    }

    /// Often the second of a timeout itself, or one beside it.
    long nextTime(long now) {
        long wanted = now + 1 + random.nextInt(12);
        if (!channels.isEmpty() && random.nextInt(5) == 0) {
            wanted = recent().timeout() - 1 + random.nextInt(3);
        }
        return Math.max(now + 1, wanted);
    }

    private MeterChannel recent() {
        int last = Math.min(5, channels.size());
        return channels.get(channels.size() - 1 - random.nextInt(last));
    }

    Step step(long time) {
        int dice = random.nextInt(100);
        if (channels.isEmpty() || dice < 25) {
            return open(newChannel(time));
        }
        MeterChannel channel = recent();
        Wallet anybody = LocalChain.wallet(random.nextInt(ACTORS));
        if (dice < 30) {
            return open(channel);
        }
        if (dice < 40) {
            return topUp(channel, anybody);
        }
        if (dice < 62) {
            return close(channel, anybody);
        }
        if (dice < 76) {
            return closeFor(channel, anybody, time);
        }
        if (dice < 88) {
            return new Step(
                    new CallShape(List.of(0, 1, 2), List.of(), 0),
                    anybody,
                    MeterCalls.refund(rail, channel, ANY_FEE),
                    new MeterTx.Refund(0, model(channel), anybody.address()),
                    channel);
        }
        if (dice < 95) {
            Wallet sender = random.nextBoolean() ? payee(channel, anybody) : anybody;
            return new Step(
                    new CallShape(List.of(0, 1), List.of(), 0),
                    sender,
                    MeterCalls.release(rail, channel, ANY_FEE),
                    new MeterTx.Release(0, model(channel), sender.address()),
                    channel);
        }
        return withdraw(channel, anybody);
    }

    private Step withdraw(MeterChannel channel, Wallet anybody) {
        Wallet refuser = REFUSERS.get(random.nextInt(REFUSERS.size()));
        boolean elsewhere = random.nextBoolean();
        Address to = LocalChain.wallet(5).address();
        return new Step(
                CallShape.OWNER,
                elsewhere ? refuser : anybody,
                elsewhere
                        ? MeterCalls.withdraw(rail, to, "withdraw", ANY_FEE)
                        : MeterCalls.withdrawFor(rail, refuser.address(), "for", ANY_FEE),
                elsewhere
                        ? new MeterTx.Withdraw(0, to, refuser.address())
                        : new MeterTx.WithdrawFor(0, refuser.address(), anybody.address()),
                channel);
    }

    /// Mostly good; now and then one of its fields is not.
    private MeterChannel newChannel(long time) {
        int fault = random.nextInt(24);
        Address payee =
                switch (fault) {
                    case 0 -> Address.ZERO;
                    case 1 -> rail.contract();
                    default -> LocalChain.wallet(PAYERS + random.nextInt(2)).address();
                };
        long window =
                switch (random.nextInt(16)) {
                    case 0 -> MIN_WINDOW - 1;
                    case 1 -> 365 * 86_400;
                    case 2 -> 365 * 86_400 + 1;
                    default -> MIN_WINDOW + random.nextInt(60);
                };
        MeterChannel channel =
                new MeterChannel(
                        LocalChain.wallet(random.nextInt(PAYERS)).address(),
                        payee,
                        fault == 2 ? Address.ZERO : signer,
                        time + window,
                        new Bytes32(random.nextLong(), random.nextLong(), 0, channels.size()));
        channels.add(channel);
        return channel;
    }

    private Step open(MeterChannel channel) {
        Wei deposit = random.nextInt(16) == 0 ? Wei.ZERO : Wei.of(1 + random.nextLong(1L << 50));
        Wallet sender = random.nextInt(8) == 0 ? LocalChain.wallet(5) : wallet(channel.payer());
        deposits.put(channel, deposit);
        return new Step(
                new CallShape(List.of(0, 1), List.of(), 0),
                sender,
                MeterCalls.open(rail, channel, deposit),
                new MeterTx.Open(0, model(channel), deposit, sender.address()),
                channel);
    }

    private Step topUp(MeterChannel channel, Wallet sender) {
        Wei more = random.nextInt(6) == 0 ? Wei.ZERO : Wei.of(1 + random.nextLong(1L << 40));
        int number = topUps++;
        return new Step(
                new CallShape(List.of(1), List.of(), 0),
                sender,
                MeterCalls.topUp(rail, channel, number, more),
                new MeterTx.TopUp(0, model(channel), number, more, sender.address()),
                channel);
    }

    private Step close(MeterChannel channel, Wallet anybody) {
        Wallet sender = random.nextInt(4) == 0 ? anybody : payee(channel, anybody);
        Wei total = total(channel);
        Bytes32 secret = secret(channel);
        Both update = update(channel, total, secret);
        return new Step(
                CallShape.OWNER,
                sender,
                MeterCalls.close(
                        rail,
                        channel,
                        new MeterPair(total, MeterHashes.lock(secret), update.real(), secret)),
                new MeterTx.Close(
                        0, model(channel).name(), total, secret, update.model(), sender.address()),
                channel);
    }

    private Step closeFor(MeterChannel channel, Wallet sender, long time) {
        Wei total = total(channel);
        Bytes32 secret = secret(channel);
        Both update = update(channel, total, secret);
        long notBefore = time - 1 + random.nextInt(8) / 4 + random.nextInt(2);
        boolean wrongTotal = random.nextInt(6) == 0;
        Wei signedTotal = wrongTotal ? total.plus(Wei.of(1)) : total;
        Wallet by = random.nextInt(6) == 0 ? LocalChain.wallet(5) : payee(channel, sender);
        Both close = closing(channel, signedTotal, secret, notBefore, by);
        return new Step(
                new CallShape(List.of(0, 1), List.of(), 0),
                sender,
                MeterCalls.closeFor(
                        rail,
                        channel,
                        new MeterPair(total, MeterHashes.lock(secret), update.real(), secret),
                        notBefore,
                        close.real(),
                        ANY_FEE),
                new MeterTx.CloseFor(
                        0,
                        model(channel).name(),
                        total,
                        secret,
                        update.model(),
                        notBefore,
                        close.model(),
                        sender.address()),
                channel);
    }

    /// Nothing, a part, all of the first deposit, or more.
    private Wei total(MeterChannel channel) {
        Wei deposit = deposits.getOrDefault(channel, Wei.ZERO);
        return switch (random.nextInt(8)) {
            case 0 -> Wei.ZERO;
            case 1 -> deposit;
            case 2 -> deposit.plus(Wei.of(1));
            case 3 -> deposit.plus(deposit).plus(Wei.of(1L << 45));
            default -> new Wei(deposit.value().shiftRight(1 + random.nextInt(4)));
        };
    }

    private static Bytes32 secret(MeterChannel channel) {
        return channel.xid();
    }

    /// Signed by the channel's key and for this lock, or not.
    private Both update(MeterChannel channel, Wei total, Bytes32 secret) {
        int fault = random.nextInt(12);
        Bytes32 lock = MeterHashes.lock(fault == 0 ? Bytes32.ZERO : secret);
        Secret32 key = fault == 1 ? LocalChain.key(5) : signerKey;
        Address by = fault == 1 ? LocalChain.wallet(5).address() : signer;
        Bytes32 id = MeterHashes.channel(rail, channel);
        byte[] digest = MeterHashes.update(rail, id, total, lock);
        return new Both(
                MeterHashes.sign(digest, key, Secp256k1.publicKey(key)),
                new Signed(by, new Signed.What.Update(model(channel).name(), total, lock)));
    }

    private Both closing(
            MeterChannel channel, Wei total, Bytes32 secret, long notBefore, Wallet by) {
        Bytes32 lock = MeterHashes.lock(secret);
        Bytes32 id = MeterHashes.channel(rail, channel);
        byte[] digest = MeterHashes.close(rail, id, total, lock, notBefore);
        Secret32 key = key(by);
        return new Both(
                MeterHashes.sign(digest, key, Secp256k1.publicKey(key)),
                new Signed(
                        by.address(),
                        new Signed.What.Close(model(channel).name(), total, lock, notBefore)));
    }

    private static Secret32 key(Wallet wallet) {
        for (int i = 0; i < ACTORS; i++) {
            if (LocalChain.wallet(i).address().equals(wallet.address())) {
                return LocalChain.key(i);
            }
        }
        throw new IllegalArgumentException("no actor has the account " + wallet.address());
    }

    private static Wallet wallet(Address account) {
        for (int i = 0; i < ACTORS; i++) {
            if (LocalChain.wallet(i).address().equals(account)) {
                return LocalChain.wallet(i);
            }
        }
        throw new IllegalArgumentException("no actor has the account " + account);
    }

    /// The payee, if it is somebody with a key.
    private static Wallet payee(MeterChannel channel, Wallet otherwise) {
        for (int i = PAYERS; i < PAYERS + 2; i++) {
            if (LocalChain.wallet(i).address().equals(channel.payee())) {
                return LocalChain.wallet(i);
            }
        }
        return otherwise;
    }
}
