package io.evenhand.node.peer;

import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.transport.Refused;
import java.util.List;
import java.util.Optional;

/// What travels beside a protocol's messages: secrets, and files.
///
/// A machine compares names of secrets and files with what was agreed, so this layer computes those
/// names from the bytes that it really holds. What the sender wrote in their place is dropped.
public interface Attachments<M> {
    /// What goes out beside a message.
    Attached attached(SessionKey session, M message);

    /// Refuses a message that nobody could take, before anything of it is stored.
    void check(M message) throws Refused;

    /// The message with our own names for what came beside it.
    M renamed(SessionKey session, M sent, Secrets secrets) throws Refused;

    /// @param secrets handles, in the order in which they travel
    /// @param file which must be at the receiver before the message
    record Attached(List<KeyId> secrets, Optional<String> file) {
        public static final Attached NOTHING = new Attached(List.of(), Optional.empty());
    }

    /// The secrets that came with a message of one peer.
    interface Secrets {
        Octets bytes(int index);

        /// Stores one and gives our own handle of it.
        KeyId keep(int index, String name) throws Refused;
    }
}
