package io.evenhand.ledger.evm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Hex;
import io.evenhand.kit.value.Wei;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Transactions checked by a node: it accepts them, finds the signer and gives the fields back.
class WalletTest {
    private static final Address TO = Address.parse("0x00000000000000000000000000000000000000aa");

    private static Eip1559 payment(long nonce, Wei value, byte[] data) {
        Wallet.Fee fee =
                new Wallet.Fee(BigInteger.valueOf(3_000_000_000L), BigInteger.valueOf(1_000));
        return new Eip1559(
                LocalChain.CHAIN_ID, nonce, fee, 60_000, Optional.of(TO), value, CallData.of(data));
    }

    @Test
    void aNodeReadsWhatWeSign() throws IOException {
        try (LocalChain chain = LocalChain.start(new LocalChain.Mining.Instant())) {
            byte[] data = {0, 1, (byte) 0xff};
            for (int nonce = 0; nonce < 3; nonce++) {
                Wei value = nonce == 0 ? Wei.ZERO : Wei.of(255L << (8 * nonce));
                Wallet.SignedTransaction signed =
                        LocalChain.wallet(1).sign(payment(nonce, value, data));
                RpcResult hash =
                        chain.rpc()
                                .call("eth_sendRawTransaction", Hex.format(signed.raw().expose()));
                assertEquals(signed.hash(), hash.hash());
                RpcResult seen = chain.rpc().call("eth_getTransactionByHash", "0x" + signed.hash());
                assertEquals(LocalChain.wallet(1).address(), seen.field("from").address());
                assertEquals(TO, seen.field("to").address());
                assertEquals(nonce, seen.field("nonce").quantity());
                assertEquals(value.value(), seen.field("value").number());
                assertEquals(2, seen.field("type").quantity());
                assertEquals(Hex.format(data), Hex.format(seen.field("input").data(10)));
            }
        }
    }

    @Test
    void signingIsDeterministicAndPrintsNothing() {
        Wallet wallet = LocalChain.wallet(0);
        Eip1559 transaction = payment(7, Wei.of(1), new byte[] {1, 2, 3});
        assertEquals(wallet.sign(transaction), wallet.sign(transaction));
        assertEquals(wallet.address().toString(), wallet.toString());
        assertFalse(wallet.sign(transaction).toString().contains("010203"));
    }

    @Test
    void createdContractsStandWhereEveryNodePutsThem() {
        // Well-known example: first contract of this sender.
        Address sender = Address.parse("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0");
        assertEquals(
                Address.parse("0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"),
                Wallet.contractAddress(sender, 0));
        assertEquals(
                Address.parse("0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"),
                Wallet.contractAddress(sender, 1));
    }

    @Test
    void aTipAboveTheFeeIsRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Wallet.Fee(BigInteger.ONE, BigInteger.TWO));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Wallet.Fee(BigInteger.ONE, BigInteger.ONE.negate()));
        assertThrows(
                IllegalArgumentException.class,
                () -> CallData.of(new byte[CallData.MAX_BYTES + 1]));
    }

    @Test
    void aKeyThatIsNoScalarIsRefused() {
        assertThrows(
                io.evenhand.kit.codec.MalformedException.class,
                () -> new Wallet(Secret32.of(Bytes32.ZERO.toByteArray())));
    }
}
