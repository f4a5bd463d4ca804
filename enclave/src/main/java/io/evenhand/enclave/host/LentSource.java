package io.evenhand.enclave.host;

import io.evenhand.enclave.frame.Frame.ToHost;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.value.Octets;
import java.io.IOException;

/// Bytes that the node reads out, leaf by leaf.
///
/// @param length in bytes, as the question had it
record LentSource(long length, Node node) implements Source {
    /// Gives the leaf with a number.
    interface Node {
        ToHost leaf(long index) throws IOException;
    }

    @Override
    public byte[] leaf(long index) throws IOException {
        if (!(node.leaf(index) instanceof ToHost.Leaf(Octets lent))) {
            throw new IOException("the node cannot read it");
        }
        byte[] bytes = lent.toByteArray();
        if (bytes.length != Math.min(LEAF, length - index * LEAF)) {
            throw new IOException("the node lent " + bytes.length + " bytes of another leaf");
        }
        return bytes;
    }

    @Override
    public void close() {
        // The node holds the file.
    }
}
