package io.evenhand.kit.evidence;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.value.PartyId;
import java.util.Map;
import java.util.SortedSet;

/// How the evidence of one protocol is kept. What follows from it is a {@link Conclusion}.
///
/// @param <D> the one document of a bundle
public interface EvidenceFormat<D extends Record> {
    /// Where the document lies in its bundle, such as `evidence/delegation-2.cbor`: the protocol,
    /// and the version of this format.
    String entry();

    Class<D> document();

    PartyId keeper(D document);

    default Bundle bundle(D document) {
        return Bundle.of(Map.of(entry(), Records.encode(document)));
    }

    /// The one document of a bundle. Another file beside it would look as if it were proven too.
    default D read(Bundle bundle) {
        byte[] bytes = bundle.get(entry());
        SortedSet<String> others = bundle.names();
        others.remove(entry());
        if (!others.isEmpty()) {
            throw new MalformedException(
                    "the bundle holds " + others.first() + ", which is signed by nobody");
        }
        return Records.decode(document(), bytes);
    }

    /// Whether an entry is of this protocol, in this or another version.
    default boolean isOfProtocol(String name) {
        return name.startsWith(entry().substring(0, entry().lastIndexOf('-') + 1));
    }
}
