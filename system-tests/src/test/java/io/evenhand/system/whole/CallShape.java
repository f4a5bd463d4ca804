package io.evenhand.system.whole;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Where addresses and arrays lie in a call of the escrow, to make calldata of it that no encoder
/// makes.
///
/// @param addresses words that are addresses
/// @param offsets words that say where an array lies
/// @param head words before the arrays
record CallShape(List<Integer> addresses, List<Integer> offsets, int head) {
    /// A deal, and a key or nothing.
    static final CallShape DEAL = new CallShape(List.of(0, 1, 2, 7, 8), List.of(), 0);

    /// An account.
    static final CallShape OWNER = new CallShape(List.of(0), List.of(), 0);

    /// `openMany`: what the deals share, and their parts.
    static final CallShape PARTS = new CallShape(List.of(0, 5, 8, 9), List.of(3), 4);

    /// `claimMany`: deals, of which the first has its addresses here, and keys.
    static final CallShape DEALS = new CallShape(List.of(3, 4, 5, 10, 11), List.of(0, 1), 2);

    private static final int SELECTOR = 4;
    private static final int WORD = 32;
    private static final int ADDRESS_BYTES = 20;

    /// The same with one bit more above an address.
    byte[] dirty(byte[] call, Random random) {
        byte[] bent = call.clone();
        int word = addresses.get(random.nextInt(addresses.size()));
        int at = SELECTOR + word * WORD + random.nextInt(WORD - ADDRESS_BYTES);
        bent[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        return bent;
    }

    /// The same without some of its last bytes.
    static byte[] cut(byte[] call, Random random) {
        int lost = random.nextBoolean() ? 1 : 1 + random.nextInt(call.length);
        return Arrays.copyOf(call, call.length - lost);
    }

    /// The same with something behind it.
    static byte[] longer(byte[] call, Random random) {
        byte[] more = new byte[1 + random.nextInt(2 * WORD)];
        random.nextBytes(more);
        byte[] bent = Arrays.copyOf(call, call.length + more.length);
        System.arraycopy(more, 0, bent, call.length, more.length);
        return bent;
    }

    /// The same with a gap of some bytes, not whole words, in front of its arrays.
    byte[] gapped(byte[] call, Random random) {
        if (offsets.isEmpty()) {
            return call.clone();
        }
        int gap = 1 + random.nextInt(2 * WORD);
        int from = SELECTOR + head * WORD;
        byte[] bent = new byte[call.length + gap];
        random.nextBytes(bent);
        System.arraycopy(call, 0, bent, 0, from);
        System.arraycopy(call, from, bent, from + gap, call.length - from);
        for (int word : offsets) {
            int at = SELECTOR + word * WORD;
            byte[] moved =
                    new BigInteger(1, Arrays.copyOfRange(call, at, at + WORD))
                            .add(BigInteger.valueOf(gap))
                            .toByteArray();
            Arrays.fill(bent, at, at + WORD, (byte) 0);
            System.arraycopy(moved, 0, bent, at + WORD - moved.length, moved.length);
        }
        return bent;
    }
}
