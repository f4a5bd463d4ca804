package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.ChannelView;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/// A real chain with the Meter on it, both parties' accounts and the key of a channel.
final class MeterRig implements AutoCloseable {
    static final Wei DEPOSIT = Wei.parse("0.1 eth");
    static final Wei TOTAL = Wei.parse("0.03 eth");

    final Rig rig;
    final Meter meter;
    final Rail rail;
    final Secret32 signerKey = Rig.newKey();
    final PublicKey signer = Secp256k1.publicKey(signerKey);

    MeterRig() throws IOException, InterruptedException {
        rig = new Rig();
        meter = new Meter(rig.watcher);
        rail = meter.deploy(rig.payer, "meter", Rig.ENOUGH, Rig.PATIENCE);
    }

    MeterChannel channel() {
        return new MeterChannel(
                rig.payer.account(),
                rig.payee.account(),
                Secp256k1.evmAddress(signer),
                rig.chain.tip().timestamp() + 3_600,
                Rig.random32());
    }

    MeterPair pair(MeterChannel channel, Wei total) {
        Bytes32 key = Rig.random32();
        Bytes32 lock = MeterHashes.lock(key);
        byte[] digest = MeterHashes.update(rail, MeterHashes.channel(rail, channel), total, lock);
        return new MeterPair(total, lock, MeterHashes.sign(digest, signerKey, signer), key);
    }

    MeterChannel opened() throws InterruptedException {
        MeterChannel channel = channel();
        rig.include(rig.payer, MeterCalls.open(rail, channel, DEPOSIT));
        return channel;
    }

    TransactionStatus.Receipt close(MeterChannel channel, MeterPair pair)
            throws InterruptedException {
        return rig.include(rig.payee, MeterCalls.close(rail, channel, pair));
    }

    ChannelView view(MeterChannel channel) {
        ChainSnapshot _ = rig.watcher.refresh();
        return meter.view(rail, channel, 0);
    }

    /// Looks after each snapshot until it is as wanted.
    ChannelView awaitView(MeterChannel channel, String what, Predicate<ChannelView> wanted) {
        Watch watch = new Watch();
        rig.watcher.add(watch);
        try {
            while (true) {
                ChannelView seen = view(channel);
                if (wanted.test(seen)) {
                    return seen;
                }
                ChainSnapshot _ = watch.await(what, _ -> true);
            }
        } finally {
            rig.watcher.remove(watch);
        }
    }

    /// A contract at a fresh address that calls the Meter with whatever it is called with.
    Address forwarder() {
        Address at = Address.of(Rig.random32().toByteArray(), 0, 20);
        // Without data it accepts; else it hands all of it on and fails if that fails.
        String code =
                "3615602e57365f5f375f5f365f5f73"
                        + rail.contract().toString().substring(2)
                        + "5af115602a57005b5f5ffd5b00";
        RpcResult _ = rig.rpc.call("anvil_setCode", at.toString(), "0x" + code);
        return at;
    }

    Intent call(Address to, String key, CallData data) {
        return new Intent(
                key, Optional.of(to), data, Wei.ZERO, 400_000, Rig.ENOUGH, Intent.ANY_TIME, true);
    }

    @Override
    public void close() {
        rig.close();
    }
}
