package io.evenhand.node.delegation;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.file.NewFile;
import io.evenhand.kit.file.PrivateFiles;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Xid;
import io.evenhand.node.SessionFiles;
import io.evenhand.node.exchange.Documents;
import io.evenhand.node.store.SessionKey;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The folder that a customer hands to a judge who is to look at the work itself: the sealed work
/// and what opens it. Whoever has the folder can read the work and the hidden data.
///
/// @param hiddenSalt opens the commitment to the hidden data
public record WorkFolder(Path path, Xid xid, Secret32 psk, Bytes32 hiddenSalt) {
    private static final String OPENING = "opening.cbor";

    /// Three values of 32 bytes.
    private static final int MAX_OPENING = 256;

    /// What opens the seal, on disk.
    record Opening(Xid xid, Bytes32 psk, Bytes32 hiddenSalt) {
        @Override
        public String toString() {
            return "Opening[" + xid + ", ***]";
        }
    }

    public Path sealed() {
        return path.resolve(SessionFiles.SEALED);
    }

    public Path leaves() {
        return path.resolve(SessionFiles.LEAVES);
    }

    public Path hidden() {
        return path.resolve(SessionFiles.HIDDEN);
    }

    /// Reads what opens the seal.
    public static WorkFolder read(Path path) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path.resolve(OPENING))) {
            bytes = in.readNBytes(MAX_OPENING + 1);
        }
        if (bytes.length > MAX_OPENING) {
            throw new MalformedException(
                    "work folder: " + OPENING + " has more than " + MAX_OPENING + " bytes");
        }
        Opening opening = Records.decode(Opening.class, bytes);
        return new WorkFolder(
                path,
                opening.xid(),
                Secret32.of(opening.psk().toByteArray()),
                opening.hiddenSalt());
    }

    /// Whether this customer once held every byte of the sealed work, by its own receipt. The file
    /// may be gone since.
    public static boolean came(Store store, SessionKey session) {
        return store.documents().find(session, Documents.sent(Message.Ack.class, 0)).isPresent();
    }

    /// Fills a new folder, which only its owner may read. Empty if this party does not have the
    /// sealed work.
    ///
    /// @param store with secrets
    /// @param home the customer's data directory
    /// @param own the user's file of the hidden data, which the node erased when the exchange ended
    public static Optional<WorkFolder> write(
            Store store,
            Ed25519Identity identity,
            Path home,
            SessionKey session,
            Path to,
            Optional<Path> own)
            throws IOException {
        SessionFiles files = new SessionFiles(home.resolve("blobs"));
        Optional<Message.Start> start =
                Documents.find(
                        store.documents(),
                        session,
                        Documents.sent(Message.Start.class, 0),
                        Message.class,
                        Message.Start.class);
        if (start.isEmpty()
                || !files.has(session, SessionFiles.SEALED)
                || !files.has(session, SessionFiles.LEAVES)) {
            return Optional.empty();
        }
        Message.Start said = start.get();
        Secret32 psk = store.keys().secret(said.psk());
        Secret32 salt =
                store.keys().secret(DelegationAttachments.hiddenSalt(session, identity.party()));
        PrivateFiles.directory(to);
        for (String name : new String[] {SessionFiles.SEALED, SessionFiles.LEAVES}) {
            PrivateFiles.copy(files.path(session, name), to.resolve(name));
        }
        Path hidden = to.resolve(SessionFiles.HIDDEN);
        if (files.has(session, SessionFiles.HIDDEN)) {
            PrivateFiles.copy(files.path(session, SessionFiles.HIDDEN), hidden);
        } else if (own.isPresent()) {
            PrivateFiles.copy(own.get(), hidden);
        } else {
            // An empty file: enough for a policy that reads no hidden data.
            PrivateFiles.make(hidden);
        }
        Opening opening =
                new Opening(said.xid(), Bytes32.of(psk.expose()), Bytes32.of(salt.expose()));
        try (NewFile file = NewFile.at(to.resolve(OPENING))) {
            file.write(Records.encode(opening));
            file.commit();
        }
        return Optional.of(new WorkFolder(to, said.xid(), psk, opening.hiddenSalt()));
    }
}
