package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.Records;
import io.evenhand.kit.seal.PlainRoot;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.peer.InboundWire;
import io.evenhand.node.peer.Roots;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.node.transport.Envelope;
import io.evenhand.node.transport.Refused;
import io.evenhand.protocols.delegation.message.DelegationMessages;
import io.evenhand.protocols.delegation.message.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No name that a sender gives to a secret or a file is believed.
class InboundWireTest {
    private static final SessionKey SESSION =
            new SessionKey(DelegationRoles.STAMPER, new Bytes32(1, 2, 3, 4));
    private static final PartyId PEER = new PartyId(new Bytes32(0, 0, 0, 9));
    private static final PartyId OTHER = new PartyId(new Bytes32(0, 0, 0, 8));
    private static final KeyId CLAIMED = new KeyId(new Bytes32(7, 7, 7, 7));
    private static final Xid XID = new Xid(new Bytes32(0, 0, 0, 1));
    private static final Signature NONE = new Signature(Bytes32.ZERO, Bytes32.ZERO);
    private static final Octets SECRET = new Octets(new byte[32]);

    @TempDir Path directory;
    private Store store;
    private SessionFiles files;
    private InboundWire<Message> wire;

    @BeforeEach
    void open() {
        NodeKeys keys =
                NodeKeys.create(
                        DataDirectory.identityFile(directory),
                        Optional.empty(),
                        new SecureRandom());
        store = Store.open(directory, keys, InstantSource.system());
        files = SessionFiles.of(store);
        wire =
                new InboundWire<>(
                        DelegationMessages.FORMAT,
                        new DelegationAttachments(files, keys.identity().party()),
                        store.keys());
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Message.Start start(PartyId from, Octets psk) throws Refused {
        Message message = new Message.Start(XID, NONE, NONE, CLAIMED);
        return (Message.Start) wire.read(SESSION, from, message, List.of(psk)).message();
    }

    @Test
    void aSecretGetsAHandleOfOurOwn() throws Refused {
        KeyId handle = start(PEER, SECRET).psk();
        assertNotEquals(CLAIMED, handle);
        assertEquals(Secret32.of(new byte[32]), store.keys().secret(handle));
        assertEquals(handle, start(PEER, SECRET).psk(), "the same again");
    }

    @Test
    void noSenderAndNoSecretTakesThePlaceOfAnother() throws Refused {
        byte[] another = new byte[32];
        another[0] = 1;
        KeyId handle = start(PEER, SECRET).psk();
        assertNotEquals(handle, start(OTHER, SECRET).psk());
        assertNotEquals(handle, start(PEER, new Octets(another)).psk());
        assertEquals(Secret32.of(new byte[32]), store.keys().secret(handle));
    }

    @Test
    void whatNobodyWantedIsForgottenUnlessItWasHereBefore() throws Refused {
        Message message = new Message.Start(XID, NONE, NONE, CLAIMED);
        var first = wire.read(SESSION, PEER, message, List.of(SECRET));
        var second = wire.read(SESSION, PEER, message, List.of(SECRET));
        KeyId handle = ((Message.Start) first.message()).psk();
        wire.drop(second);
        assertTrue(store.keys().status(handle).isPresent());
        wire.drop(first);
        assertTrue(store.keys().status(handle).isEmpty());
    }

    @Test
    void aMessageWithoutItsSecretOrWithOneTooManyIsRefused() throws Exception {
        Files.writeString(files.path(SESSION, SessionFiles.work(1)), "the work");
        List<Message> messages =
                List.of(
                        new Message.Start(XID, NONE, NONE, CLAIMED),
                        new Message.Try(XID, 1, Bytes32.ZERO, CLAIMED),
                        new Message.Refuse("no"));
        for (Message message : messages) {
            int due = message instanceof Message.Refuse ? 0 : 1;
            for (int count : List.of(due - 1, due + 1)) {
                List<Octets> secrets = Collections.nCopies(Math.max(count, 0), SECRET);
                if (secrets.size() != due) {
                    Refused e =
                            assertThrows(
                                    Refused.class,
                                    () -> wire.read(SESSION, PEER, message, secrets));
                    assertEquals(Refused.Kind.MALFORMED, e.kind());
                }
            }
        }
        assertTrue(store.keys().status(CLAIMED).isEmpty());
    }

    @Test
    void theRootOfAWorkIsComputedFromTheBytesThatAreHere() throws Exception {
        Path work = files.path(SESSION, SessionFiles.work(1));
        Files.writeString(work, "the work");
        Message claimed = new Message.Try(XID, 1, new Bytes32(6, 6, 6, 6), CLAIMED);
        Message.Try read =
                (Message.Try) wire.read(SESSION, PEER, claimed, List.of(SECRET)).message();
        assertEquals(PlainRoot.of(work), read.work());
    }

    @Test
    void aRepeatedTryIsNotHashedAgainAndAnotherWorkIs() throws Exception {
        Path work = files.path(SESSION, SessionFiles.work(1));
        Files.writeString(work, "the work");
        Roots roots = new Roots();
        Bytes32 first = roots.of(work);
        // Other bytes under the same mark show that nothing is read again.
        FileTime then = Files.getLastModifiedTime(work);
        Files.writeString(work, "THE WORK");
        Files.setLastModifiedTime(work, then);
        assertEquals(first, roots.of(work));
        Files.delete(work);
        Files.writeString(work, "another work");
        assertEquals(PlainRoot.of(work), roots.of(work));
        assertNotEquals(first, roots.of(work));
    }

    @Test
    void aMessageThatComesBeforeItsFileMayComeAgain() {
        Message message = new Message.Try(XID, 2, Bytes32.ZERO, CLAIMED);
        Refused e =
                assertThrows(
                        Refused.class, () -> wire.read(SESSION, PEER, message, List.of(SECRET)));
        assertEquals(Refused.Kind.UNAVAILABLE, e.kind());
        assertTrue(e.kind().again());
    }

    @Test
    void secretsMustBeAsManyAndAsLongAsTheMessageNeeds() {
        Message start = new Message.Start(XID, NONE, NONE, CLAIMED);
        malformed(start, List.of());
        malformed(start, List.of(SECRET, SECRET));
        malformed(start, List.of(new Octets(new byte[31])));
        malformed(new Message.Refuse("no"), List.of(SECRET));
        malformed(new Message.Try(XID, 1, Bytes32.ZERO, CLAIMED), List.of());
    }

    private void malformed(Message message, List<Octets> secrets) {
        Refused e = assertThrows(Refused.class, () -> wire.read(SESSION, PEER, message, secrets));
        assertEquals(Refused.Kind.MALFORMED, e.kind());
    }

    @Test
    void bytesThatAreNoMessageAreRefused() {
        Envelope envelope =
                new Envelope("delegation", SESSION.ref(), new Octets(new byte[] {1}), List.of());
        Refused e = assertThrows(Refused.class, () -> wire.peek(envelope));
        assertEquals(Refused.Kind.MALFORMED, e.kind());
    }

    @Test
    void aMessageOfAnotherProtocolIsRefused() {
        Octets message =
                new Octets(Records.encode(Message.class, new Message.AskStampKey(Bytes32.ZERO)));
        Envelope envelope = new Envelope("certified", SESSION.ref(), message, List.of());
        Refused e = assertThrows(Refused.class, () -> wire.peek(envelope));
        assertEquals(Refused.Kind.UNKNOWN, e.kind());
    }
}
