package io.evenhand.protocols.metered.node;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Hello;
import io.evenhand.protocols.metered.message.StreamMessage;

/// What may happen to a node's side of a channel.
public sealed interface NodeInput {
    /// From the requester, on the newest connection.
    record Heard(StreamMessage message) implements NodeInput {}

    /// The deposit as it stands in a final block, also after a top-up.
    record Deposit(Wei wei) implements NodeInput {}

    /// A close was signed and journalled.
    record Closing() implements NodeInput {}

    /// What {@link NodeEffect.KeepSession} named is on disk.
    record SessionKept(int number) implements NodeInput {}

    record HelloKept(int number) implements NodeInput {}

    /// What {@link NodeEffect.KeepPair} named is on disk, k with it.
    record PairKept(int number, int round) implements NodeInput {}

    /// The enclave of a session has its keys.
    record Started(int number, Bytes32 encKey, PublicKey sigKey, Octets evidence)
            implements NodeInput {}

    /// The hello was signed with the node's identity.
    record Signed(Hello hello, Signature signature) implements NodeInput {}

    /// The enclave has its psk.
    record Provisioned(int number, boolean needProgram) implements NodeInput {}

    /// The account lets the session begin, or the next round run, or not yet.
    record Granted(int number, boolean yes) implements NodeInput {}

    /// The account changed: it may be asked again.
    record AccountChanged() implements NodeInput {}

    /// @param total after the round, by the enclave
    record Executed(int number, StreamMessage.Result result, Wei total) implements NodeInput {}

    /// The enclave took an update.
    record Released(int number, int round, Bytes32 k) implements NodeInput {}

    /// The enclave refused an update.
    record NotReleased(int number, int round, String why) implements NodeInput {}

    /// The enclave has no further round; unpaid ones may still be paid.
    record Over(int number) implements NodeInput {}

    /// The enclave is gone, and its keys with it.
    ///
    /// @param byRequester whether the requester is to blame: a fault of its program or a stop (G3)
    record Gone(int number, boolean byRequester) implements NodeInput {}
}
