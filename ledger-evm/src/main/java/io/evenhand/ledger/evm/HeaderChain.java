package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// A window of recent headers. It finds reorgs by hashes alone: what nodes push about removed
/// blocks is not reliable.
///
/// On a chain that makes a block a second at most, each header is the parent of the next. A faster
/// one is not read whole: a newest block that is ahead of the window joins it if the window's own
/// newest block still stands.
final class HeaderChain {
    /// Longer than any finality depth and than Ethereum's two epochs of 64 blocks.
    static final int WINDOW = 256;

    /// So few blocks are read one by one on any chain.
    private static final int WALK = 8;

    /// What a new tip changed.
    ///
    /// @param added new headers, oldest first
    /// @param reorgDepth blocks taken back
    /// @param broken what was known before may have been taken back: after a reorg, and when the
    ///   new headers do not reach the old ones
    record Advance(List<Header> added, int reorgDepth, boolean broken) {}

    /// Where headers come from.
    interface Source {
        /// The one with this hash.
        Header byHash(Bytes32 hash);

        /// The one that stands at this height now.
        Header byNumber(long number);
    }

    private final NavigableMap<Long, Header> window = new TreeMap<>();

    /// Parents that a walk has fetched and not reached the window with: the next walk goes on
    /// there, so that one refused request does not cost the others.
    private final Map<Bytes32, Header> fetched =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Bytes32, Header> eldest) {
                    return size() > WINDOW;
                }
            };

    private final Source source;

    HeaderChain(Source source) {
        this.source = source;
    }

    Optional<Header> tip() {
        return Optional.ofNullable(window.lastEntry()).map(Map.Entry::getValue);
    }

    Optional<Header> at(long number) {
        return Optional.ofNullable(window.get(number));
    }

    /// Makes `tip` the newest header. If fetching fails, the window has not changed.
    Advance advance(Header tip) {
        if (window.isEmpty()) {
            window.put(tip.number(), tip);
            return new Advance(List.of(tip), 0, false);
        }
        long oldTip = window.lastKey();
        if (isFarAhead(tip)) {
            return jump(tip);
        }
        List<Header> added = new ArrayList<>();
        Header cursor = tip;
        while (!isKnown(cursor)) {
            added.addFirst(cursor);
            if (cursor.number() <= window.firstKey() || added.size() >= WINDOW) {
                return restart(
                        added, tip.number() <= oldTip ? (int) (oldTip - cursor.number()) + 1 : 0);
            }
            cursor = parent(cursor);
        }
        return grow(cursor.number(), added);
    }

    /// Whether the chain made more than a block a second of late.
    boolean isFast() {
        if (window.isEmpty()) {
            return false;
        }
        Header tip = window.lastEntry().getValue();
        return Optional.ofNullable(window.floorEntry(tip.number() - 2 * WALK))
                .map(Map.Entry::getValue)
                .filter(old -> isFast(old, tip))
                .isPresent();
    }

    private static boolean isFast(Header old, Header tip) {
        long blocks = tip.number() - old.number();
        return blocks > WALK && blocks > tip.timestamp() - old.timestamp();
    }

    /// More blocks than seconds since the last look, and not just a few.
    private boolean isFarAhead(Header tip) {
        return isFast(window.lastEntry().getValue(), tip);
    }

    private Advance jump(Header tip) {
        long fork = window.lastKey();
        if (!stands(fork)) {
            // Each of those below the last one that stands does so too.
            List<Long> numbers = List.copyOf(window.keySet());
            int low = -1;
            int high = numbers.size() - 1;
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (stands(numbers.get(middle))) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            if (low < 0) {
                return restart(List.of(tip), (int) (fork - window.firstKey()) + 1);
            }
            fork = numbers.get(low);
        }
        return grow(fork, List.of(tip));
    }

    private boolean stands(long number) {
        return source.byNumber(number).equals(window.get(number));
    }

    /// Puts headers in place of all above the fork.
    private Advance grow(long fork, List<Header> added) {
        int depth = (int) (window.lastKey() - fork);
        window.tailMap(fork, false).clear();
        added.forEach(header -> window.put(header.number(), header));
        while (window.size() > WINDOW) {
            window.pollFirstEntry();
        }
        return new Advance(List.copyOf(added), depth, depth > 0);
    }

    /// The ancestor of the tip at `number`. What is missing is fetched parent by parent, or by its
    /// number where the window has gaps.
    Header ancestor(long number) {
        while (window.firstKey() > number) {
            Header parent = parent(window.firstEntry().getValue());
            window.put(parent.number(), parent);
        }
        if (number > window.lastKey()) {
            throw new IllegalArgumentException(number + " is above the tip");
        }
        return standing(number);
    }

    /// The block of this number on the present chain.
    Header standing(long number) {
        return at(number).orElseGet(() -> source.byNumber(number));
    }

    /// Whether the chain that ends in the present tip holds this block.
    boolean isCanonical(long number, Bytes32 hash) {
        return standing(number).hash().equals(hash);
    }

    private Advance restart(List<Header> headers, int reorgDepth) {
        window.clear();
        headers.forEach(header -> window.put(header.number(), header));
        return new Advance(List.copyOf(headers), reorgDepth, true);
    }

    private boolean isKnown(Header header) {
        return at(header.number()).filter(known -> known.hash().equals(header.hash())).isPresent();
    }

    private Header parent(Header child) {
        Optional<Header> known =
                at(child.number() - 1)
                        .filter(header -> header.hash().equals(child.parentHash()))
                        .or(() -> Optional.ofNullable(fetched.get(child.parentHash())));
        if (known.isPresent()) {
            return known.get();
        }
        Header parent = source.byHash(child.parentHash());
        if (!parent.hash().equals(child.parentHash()) || parent.number() != child.number() - 1) {
            throw LedgerException.malformed("block " + child + " came with another block's parent");
        }
        fetched.put(parent.hash(), parent);
        return parent;
    }
}
