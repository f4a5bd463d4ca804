package io.evenhand.node.peer;

import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.SessionKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Handles of secrets that another party made. The sender's own handle of a secret means nothing to
/// the receiver.
public final class Handles {
    private Handles() {}

    /// A handle that follows from who sent which secret for what, so the same message twice gives
    /// the same handle, and another secret never takes the place of the first.
    static KeyId of(SessionKey session, PartyId from, String name, Secret32 secret) {
        byte[] exposed = secret.expose();
        byte[] digest = Hashes.sha256("evenhand/handle-secret", exposed);
        Arrays.fill(exposed, (byte) 0);
        return handle(session, from, name, digest);
    }

    /// The handle of the one secret of this name in a session of our own.
    public static KeyId own(SessionKey session, PartyId self, String name) {
        return handle(session, self, name, new byte[0]);
    }

    private static KeyId handle(SessionKey session, PartyId from, String name, byte[] digest) {
        byte[] label = (session.role().id() + "/" + name + "/").getBytes(StandardCharsets.US_ASCII);
        return new KeyId(
                Bytes32.of(
                        Hashes.sha256(
                                "evenhand/handle",
                                label,
                                from.value().toByteArray(),
                                session.ref().toByteArray(),
                                digest)));
    }
}
