package io.evenhand.ledger.evm;

import io.evenhand.kit.value.Bytes32;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// A window of recent headers, each the parent of the next. It finds reorgs by parent hash alone:
/// what nodes push about removed blocks is not reliable.
final class HeaderChain {
    /// Longer than any finality depth and than Ethereum's two epochs of 64 blocks.
    static final int WINDOW = 256;

    /// What a new tip changed.
    ///
    /// @param added new headers, oldest first
    /// @param reorgDepth headers taken back
    /// @param gap the new headers do not reach the old ones: the endpoint was away for long
    record Advance(List<Header> added, int reorgDepth, boolean gap) {}

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

    private final Function<Bytes32, Header> fetch;

    /// @param fetch gets a header by its hash
    HeaderChain(Function<Bytes32, Header> fetch) {
        this.fetch = fetch;
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
        NavigableMap<Long, Header> undone = window.tailMap(cursor.number(), false);
        int depth = undone.size();
        undone.clear();
        added.forEach(header -> window.put(header.number(), header));
        while (window.size() > WINDOW) {
            window.pollFirstEntry();
        }
        return new Advance(List.copyOf(added), depth, false);
    }

    /// The ancestor of the tip at `number`, fetched parent by parent if it is below the window.
    Header ancestor(long number) {
        while (window.firstKey() > number) {
            Header parent = parent(window.firstEntry().getValue());
            window.put(parent.number(), parent);
        }
        return at(number)
                .orElseThrow(() -> new IllegalArgumentException(number + " is above the tip"));
    }

    private Advance restart(List<Header> headers, int reorgDepth) {
        window.clear();
        headers.forEach(header -> window.put(header.number(), header));
        return new Advance(List.copyOf(headers), reorgDepth, reorgDepth == 0);
    }

    private boolean isKnown(Header header) {
        return at(header.number()).filter(known -> known.hash().equals(header.hash())).isPresent();
    }

    private Header parent(Header child) {
        Header known = fetched.get(child.parentHash());
        if (known != null) {
            return known;
        }
        Header parent = fetch.apply(child.parentHash());
        if (!parent.hash().equals(child.parentHash()) || parent.number() != child.number() - 1) {
            throw LedgerException.malformed("block " + child + " came with another block's parent");
        }
        fetched.put(parent.hash(), parent);
        return parent;
    }
}
