package io.evenhand.node.transport;

import io.evenhand.kit.value.Bytes32;

/// Names a file of an exchange on the wire.
///
/// @param protocol whose exchange it is: two protocols may have one of the same reference
/// @param name one lower-case word
public record BlobName(String protocol, Bytes32 ref, String name) {
    /// As the path of a request.
    String path() {
        if (!Wire.PROTOCOL.matcher(protocol).matches() || !Wire.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("no blob can be called \"" + name + "\"");
        }
        return Wire.BLOBS + protocol + "/" + ref + "/" + name;
    }

    @Override
    public String toString() {
        return name;
    }
}
