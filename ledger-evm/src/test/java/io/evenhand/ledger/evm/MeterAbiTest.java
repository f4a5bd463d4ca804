package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esaulpaugh.headlong.abi.ABIJSON;
import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Secp256k1;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Calldata of the Meter against a second encoder, and read back.
class MeterAbiTest {
    private static final Rail METER = new Rail(1, address(9), MeterCode.hash());
    private static final Secret32 SIGNER = Rig.newKey();
    private static final MeterChannel CHANNEL =
            new MeterChannel(
                    address(1),
                    address(2),
                    Secp256k1.evmAddress(Secp256k1.publicKey(SIGNER)),
                    1_800_000_000L,
                    Rig.random32());
    private static final Bytes32 SECRET = Rig.random32();
    private static final Wei TOTAL = Wei.of(123_456);
    private static final MeterPair PAIR = pair();

    private static Address address(int n) {
        return new Address(n, n + 1L, n + 2);
    }

    private static MeterPair pair() {
        Bytes32 lock = MeterHashes.lock(SECRET);
        byte[] digest = MeterHashes.update(METER, MeterHashes.channel(METER, CHANNEL), TOTAL, lock);
        CompactSignature signature = MeterHashes.sign(digest, SIGNER, Secp256k1.publicKey(SIGNER));
        return new MeterPair(TOTAL, lock, signature, SECRET);
    }

    private static Object foreign(Address address) {
        return com.esaulpaugh.headlong.abi.Address.wrap(
                com.esaulpaugh.headlong.abi.Address.toChecksumAddress(address.toString()));
    }

    private static void assertCall(Intent intent, String signature, Object... arguments) {
        byte[] encoded = Function.parse(signature).encodeCall(Tuple.from(arguments)).array();
        assertEquals(Hex.format(encoded), Hex.format(intent.data().expose()));
    }

    private static final CompactSignature CLOSE =
            new CompactSignature(Rig.random32(), Rig.random32());

    private static List<Intent> calls() {
        return List.of(
                MeterCalls.open(METER, CHANNEL, Wei.of(7)),
                MeterCalls.close(METER, CHANNEL, PAIR),
                MeterCalls.closeFor(METER, CHANNEL, PAIR, 1_700_000_000L, CLOSE, Rig.ENOUGH),
                MeterCalls.refund(METER, CHANNEL, Rig.ENOUGH),
                MeterCalls.release(METER, CHANNEL, Rig.ENOUGH));
    }

    private static Address caller(Intent call) {
        return MeterCalls.opens(call) ? CHANNEL.payer() : CHANNEL.payee();
    }

    @Test
    void callsAreThoseOfASecondEncoder() {
        Object payer = foreign(CHANNEL.payer());
        Object payee = foreign(CHANNEL.payee());
        Object signer = foreign(CHANNEL.signer());
        BigInteger timeout = BigInteger.valueOf(CHANNEL.timeout());
        byte[] xid = CHANNEL.xid().toByteArray();
        Object[] update = {
            TOTAL.value(),
            SECRET.toByteArray(),
            PAIR.signature().r().toByteArray(),
            PAIR.signature().vs().toByteArray()
        };
        List<Intent> calls = calls();
        assertCall(calls.get(0), MeterAbi.OPEN, payee, signer, timeout, xid);
        assertCall(calls.get(1), MeterAbi.CLOSE, with(update, 3, payer, timeout, xid));
        Object[] closeFor = with(update, 4, payee, payer, timeout, xid);
        Object[] all = Arrays.copyOf(closeFor, closeFor.length + 3);
        all[8] = BigInteger.valueOf(1_700_000_000L);
        all[9] = CLOSE.r().toByteArray();
        all[10] = CLOSE.vs().toByteArray();
        assertCall(calls.get(2), MeterAbi.CLOSE_FOR, all);
        assertCall(calls.get(3), MeterAbi.REFUND, payer, payee, signer, timeout, xid);
        assertCall(calls.get(4), MeterAbi.RELEASE, payer, signer, timeout, xid);
        byte[] channel = MeterHashes.channel(METER, CHANNEL).toByteArray();
        Intent more = MeterCalls.topUp(METER, CHANNEL, 0, Wei.of(7));
        assertCall(more, MeterAbi.TOP_UP, channel, signer);
    }

    private static Object[] with(Object[] update, int at, Object... before) {
        Object[] all = Arrays.copyOf(before, at + update.length);
        System.arraycopy(update, 0, all, at, update.length);
        return all;
    }

    @Test
    void everyCallIsOneOfTheContract() {
        List<String> known =
                ABIJSON.parseNormalFunctions(EscrowCode.read("Meter.abi.json")).stream()
                        .map(Function::getCanonicalSignature)
                        .toList();
        for (String signature :
                List.of(
                        MeterAbi.OPEN,
                        MeterAbi.TOP_UP,
                        MeterAbi.CLOSE,
                        MeterAbi.CLOSE_FOR,
                        MeterAbi.REFUND,
                        MeterAbi.RELEASE,
                        EscrowAbi.WITHDRAW,
                        EscrowAbi.WITHDRAW_FOR,
                        EscrowAbi.CREDIT)) {
            assertTrue(known.contains(signature), signature);
        }
    }

    @Test
    @DisplayName("A call names its channel, whatever stands behind its arguments")
    void aCallIsReadBack() {
        for (Intent call : calls()) {
            byte[] bytes = call.data().expose();
            boolean closes = call.secret();
            for (int more : new int[] {0, 1, 32, 1_000}) {
                CallData data = CallData.of(Arrays.copyOf(bytes, bytes.length + more));
                MeterAbi.Named named = MeterAbi.named(METER, caller(call), data).orElseThrow();
                assertEquals(MeterHashes.key(METER, CHANNEL), named.key(), call.key());
                assertEquals(CHANNEL.timeout(), named.timeout());
                assertEquals(closes ? Optional.of(TOTAL) : Optional.empty(), named.total());
                assertEquals(closes ? Optional.of(SECRET) : Optional.empty(), named.secret());
            }
            for (int length = 0; length < bytes.length; length++) {
                CallData cut = CallData.of(Arrays.copyOf(bytes, length));
                assertEquals(Optional.empty(), MeterAbi.named(METER, caller(call), cut));
            }
        }
        CallData topUp = MeterCalls.topUp(METER, CHANNEL, 0, Wei.of(7)).data();
        assertEquals(Optional.empty(), MeterAbi.named(METER, CHANNEL.payer(), topUp));
    }

    @Test
    @DisplayName("A timeout that no channel of ours has, or a signature of nobody, names none")
    void whatTheContractRefusesNamesNoChannel() {
        byte[] open = calls().get(0).data().expose();
        open[4 + 2 * 32] = 1;
        CallData beyond = CallData.of(open);
        assertEquals(Optional.empty(), MeterAbi.named(METER, CHANNEL.payer(), beyond));
        assertEquals(Optional.of(Long.MAX_VALUE), MeterAbi.timeout(beyond));
        byte[] close = calls().get(1).data().expose();
        Arrays.fill(close, 4 + 5 * 32, 4 + 6 * 32, (byte) 0);
        assertEquals(Optional.empty(), MeterAbi.named(METER, CHANNEL.payee(), CallData.of(close)));
        // Another caller's call of the same bytes is for another channel.
        CallData copied = calls().get(1).data();
        assertFalse(
                MeterAbi.named(METER, CHANNEL.payer(), copied)
                        .filter(named -> named.key().equals(MeterHashes.key(METER, CHANNEL)))
                        .isPresent());
    }

    @Test
    @DisplayName("Opened and closed before the timeout, refunded from it on, released at any time")
    void aCallHasItsTime() {
        long timeout = CHANNEL.timeout();
        boolean[][] works = {
            {true, false}, {true, false}, {true, false}, {false, true}, {true, true}
        };
        List<Intent> calls = calls();
        for (int i = 0; i < works.length; i++) {
            Intent call = calls.get(i);
            assertEquals(works[i][0], MeterCalls.isDue(call, timeout - 1), call.key());
            assertEquals(works[i][1], MeterCalls.isDue(call, timeout), call.key());
            assertEquals(i > 2, MeterCalls.mayStillWork(call, timeout), call.key());
        }
        Intent more = MeterCalls.topUp(METER, CHANNEL, 0, Wei.of(7));
        assertTrue(MeterCalls.topsUp(more) && !MeterCalls.opens(more));
        assertTrue(MeterCalls.isDue(more, timeout));
    }

    @Test
    void nothingThatHoldsAKeyPrintsIt() {
        for (Intent call : calls()) {
            assertFalse(call.toString().contains(SECRET.toString()), call.key());
        }
        assertTrue(calls().get(1).secret() && calls().get(2).secret(), "no node estimates it");
    }
}
