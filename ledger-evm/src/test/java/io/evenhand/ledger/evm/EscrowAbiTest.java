package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esaulpaugh.headlong.abi.Function;
import com.esaulpaugh.headlong.abi.Tuple;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calldata against a second encoder, and keys found in calldata of every shape.
class EscrowAbiTest {
    private static final Rail RAIL = new Rail(1, Address.ZERO, EscrowCode.hash());

    private static Address address(int n) {
        return new Address(n, n + 1L, n + 2);
    }

    private static Bytes32 bytes(int n) {
        return new Bytes32(n, -n, n * 7L, n * 31L);
    }

    private static Deal deal(int n) {
        return new Deal(
                address(1),
                address(n),
                Address.ZERO,
                Wei.of(1_000L + n),
                1_800_000_000L,
                bytes(n),
                Deal.POINT_LOCK,
                new LockAddresses(address(n + 3), address(n + 4)),
                bytes(n + 9));
    }

    private static com.esaulpaugh.headlong.abi.Address foreign(Address address) {
        return com.esaulpaugh.headlong.abi.Address.wrap(
                com.esaulpaugh.headlong.abi.Address.toChecksumAddress(address.toString()));
    }

    private static Tuple tuple(Deal d) {
        return Tuple.from(
                foreign(d.payer()),
                foreign(d.payee()),
                foreign(d.token()),
                d.amount().value(),
                BigInteger.valueOf(d.claimBy()),
                d.salt().toByteArray(),
                BigInteger.valueOf(d.lockKind()),
                foreign(d.lock().a1()),
                foreign(d.lock().a2()),
                d.termsHash().toByteArray());
    }

    private static String hex(Function function, Object... arguments) {
        byte[] encoded = function.encodeCall(Tuple.from(arguments)).array();
        return Hex.format(encoded);
    }

    @Test
    void callsAreThoseOfASecondEncoder() {
        Deal deal = deal(5);
        Bytes32 key = bytes(77);
        assertEquals(
                hex(Function.parse(EscrowAbi.OPEN), tuple(deal)),
                Hex.format(EscrowCalls.open(RAIL, deal).data().expose()));
        assertEquals(
                hex(Function.parse(EscrowAbi.CLAIM), tuple(deal), key.toByteArray()),
                Hex.format(EscrowCalls.claim(RAIL, deal, new RevealedKey(key)).data().expose()));
        List<Deal> deals = List.of(deal(2), deal(3), deal(4));
        List<Bytes32> keys = List.of(bytes(12), bytes(13), bytes(14));
        assertEquals(
                hex(
                        Function.parse(EscrowAbi.CLAIM_MANY),
                        deals.stream().map(EscrowAbiTest::tuple).toArray(Tuple[]::new),
                        keys.stream().map(Bytes32::toByteArray).toArray(byte[][]::new)),
                Hex.format(EscrowAbi.claimMany(deals, keys).expose()));
        Tuple[] parts =
                deals.stream()
                        .map(d ->
                                Tuple.from(
                                        foreign(d.payee()),
                                        d.amount().value(),
                                        d.salt().toByteArray(),
                                        foreign(d.lock().a1()),
                                        foreign(d.lock().a2()),
                                        d.termsHash().toByteArray()))
                        .toArray(Tuple[]::new);
        assertEquals(
                hex(
                        Function.parse(EscrowAbi.OPEN_MANY),
                        foreign(Address.ZERO),
                        BigInteger.valueOf(deals.getFirst().claimBy()),
                        BigInteger.ONE,
                        parts),
                Hex.format(EscrowAbi.openMany(deals).expose()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 68, 100})
    void aKeyIsFoundInsideAForeignCall(int before) {
        byte[] claim = EscrowCalls.claim(RAIL, deal(5), new RevealedKey(bytes(77))).data().expose();
        byte[] wrapped = Hashes.concat(new byte[before], claim, new byte[28]);
        EscrowAbi.Published found = EscrowAbi.published(wrapped).getFirst();
        assertEquals(EscrowAbi.fingerprint(deal(5)), found.dealWords());
        assertEquals(bytes(77), found.scalar());
        List<Deal> deals = List.of(deal(2), deal(3));
        byte[] many = EscrowAbi.claimMany(deals, List.of(bytes(12), bytes(13))).expose();
        List<EscrowAbi.Published> both =
                EscrowAbi.published(Hashes.concat(new byte[before], many, new byte[28]));
        assertEquals(List.of(bytes(12), bytes(13)), both.stream().map(p -> p.scalar()).toList());
        assertEquals(EscrowAbi.fingerprint(deal(3)), both.get(1).dealWords());
    }

    @Test
    void brokenCalldataHarmsNobody() {
        byte[] many =
                EscrowAbi.claimMany(List.of(deal(2), deal(3)), List.of(bytes(1), bytes(2)))
                        .expose();
        Random random = new Random(20_260_102);
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = Arrays.copyOf(many, random.nextInt(many.length + 1));
            for (int j = 0; j < 3 && broken.length > 4; j++) {
                broken[4 + random.nextInt(Math.min(96, broken.length - 4))] =
                        (byte) random.nextInt();
            }
            assertTrue(EscrowAbi.published(broken).size() <= 2);
        }
    }

    @Test
    @DisplayName(
            "Arrays with a gap before them, or one inside the other, as the contract reads them")
    void aKeyIsFoundWhereTheContractFindsIt() {
        Deal d = deal(5);
        Deal last = // its last word is the length of the other array, too
                new Deal(
                        d.payer(),
                        d.payee(),
                        d.token(),
                        d.amount(),
                        d.claimBy(),
                        d.salt(),
                        d.lockKind(),
                        d.lock(),
                        new Bytes32(0, 0, 0, 1));
        CallData odd =
                EscrowAbi.call(
                        EscrowAbi.CLAIM_MANY,
                        EscrowAbi.word(0x60),
                        EscrowAbi.word(0x1a0),
                        EscrowAbi.word(0xdead),
                        EscrowAbi.word(1),
                        EscrowAbi.words(last),
                        bytes(77).toByteArray());
        assertEquals(
                List.of(new EscrowAbi.Published(EscrowAbi.fingerprint(last), bytes(77))),
                EscrowAbi.published(odd.expose()));
    }

    @Test
    @DisplayName("12: bytes behind a deposit hide it neither from the contract nor from us")
    void aDepositWithMoreBehindItIsADeposit() {
        byte[] open = EscrowCalls.open(RAIL, deal(5)).data().expose();
        for (int more : new int[] {0, 1, 31, 32, 1000}) {
            byte[] longer = Arrays.copyOf(open, open.length + more);
            assertEquals(Optional.of(deal(5)), EscrowAbi.opened(longer), more + " bytes more");
        }
        for (int length = 0; length < open.length; length++) {
            assertEquals(Optional.empty(), EscrowAbi.opened(Arrays.copyOf(open, length)));
        }
    }

    @Test
    @DisplayName(
            "Deadlines and kinds of lock that no deal of ours has are no deal, whatever their size")
    void numbersOutOfRangeAreNoDeal() {
        byte[] open = EscrowCalls.open(RAIL, deal(5)).data().expose();
        for (int word : new int[] {4, 6}) {
            for (int at = 4 + 32 * word; at < 4 + 32 * word + 24; at++) {
                byte[] dirty = open.clone();
                dirty[at] = 1;
                assertEquals(Optional.empty(), EscrowAbi.opened(dirty), "byte " + at);
            }
        }
    }

    @Test
    void calldataFullOfClaimsIsBounded() {
        byte[] claim = EscrowCalls.claim(RAIL, deal(5), new RevealedKey(bytes(77))).data().expose();
        byte[][] parts = new byte[300][];
        Arrays.fill(parts, claim);
        assertEquals(16, EscrowAbi.published(Hashes.concat(parts)).size());
    }

    @Test
    void batchesHaveLimits() {
        List<Deal> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> EscrowCalls.openMany(RAIL, none, "k"));
        List<Deal> tooMany = java.util.Collections.nCopies(EscrowCalls.MAX_BATCH + 1, deal(2));
        assertThrows(
                IllegalArgumentException.class, () -> EscrowCalls.openMany(RAIL, tooMany, "k"));
        assertThrows(
                IllegalArgumentException.class,
                () -> EscrowCalls.claimMany(RAIL, List.of(deal(2)), List.of(), "k"));
        List<Deal> most = java.util.Collections.nCopies(EscrowCalls.MAX_BATCH, deal(2));
        assertTrue(EscrowCalls.openMany(RAIL, most, "k").gasLimit() <= Intent.MAX_GAS);
        List<Deal> apart =
                IntStream.range(2, EscrowCalls.MAX_BATCH + 2)
                        .mapToObj(EscrowAbiTest::deal)
                        .toList();
        List<RevealedKey> keys =
                java.util.Collections.nCopies(apart.size(), new RevealedKey(bytes(1)));
        assertTrue(EscrowCalls.claimMany(RAIL, apart, keys, "k").gasLimit() <= Intent.MAX_GAS);
    }
}
