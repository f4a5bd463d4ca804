package io.evenhand.ledger.evm;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import java.util.Optional;

/// The code at a contract's address. Once seen it stays as long as its block does: nothing that the
/// known contracts do removes it.
final class CodeSeen {
    private final ChainWatcher watcher;
    private volatile Optional<Seen> last = Optional.empty();

    CodeSeen(ChainWatcher watcher) {
        this.watcher = watcher;
    }

    private record Seen(Rail rail, Bytes32 hash, long epoch) {}

    /// D17: keccak-256 of what stands there, whatever the parties believe.
    Bytes32 at(Rail rail, ChainSnapshot chain) {
        Optional<Seen> known =
                last.filter(seen -> seen.rail().equals(rail) && seen.epoch() == chain.epoch());
        if (known.isPresent()) {
            return known.get().hash();
        }
        byte[] code =
                Blocks.named(
                                watcher.rpc(),
                                "eth_getCode",
                                rail.contract().toString(),
                                Blocks.reference(chain.tip().hash()))
                        .data(KnownContract.MAX_CODE_BYTES);
        Bytes32 hash = Bytes32.of(Hashes.keccak256(code));
        last =
                hash.equals(rail.codeHash())
                        ? Optional.of(new Seen(rail, hash, chain.epoch()))
                        : Optional.empty();
        return hash;
    }
}
