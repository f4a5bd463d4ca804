package io.evenhand.ledger.evm;

import java.util.Optional;

/// The newest block by an endpoint behind which there may be several nodes, some of them a little
/// behind: a block that was passed already is the newest one only if nothing newer is shown any
/// more.
final class Newest {
    /// Looks at which a node behind the others may answer in a row.
    private static final int MOST_OLDER = 3;

    private final JsonRpc rpc;
    private final HeaderChain headers;
    private int older;

    Newest(JsonRpc rpc, HeaderChain headers) {
        this.rpc = rpc;
        this.headers = headers;
    }

    Header look() {
        Header shown = Blocks.byNumber(rpc, "latest");
        Optional<Header> tip = headers.tip().filter(t -> t.number() > shown.number());
        boolean passed =
                tip.isPresent() && headers.at(shown.number()).filter(shown::equals).isPresent();
        older = passed ? older + 1 : 0;
        return passed && older <= MOST_OLDER ? tip.get() : shown;
    }
}
