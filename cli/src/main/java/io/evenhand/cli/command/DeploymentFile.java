package io.evenhand.cli.command;

import io.evenhand.cli.RamJournal;
import io.evenhand.kit.value.Address;
import io.evenhand.ledger.evm.TransactionJournal;
import io.evenhand.ledger.evm.TransactionRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The one transaction of a deployment that is not over: whoever deploys again after a crash goes
/// on with it, and makes no second contract. It holds no secret, and is not in the node's journal:
/// a deployment that never gets into a block must not hold up the node's nonces.
final class DeploymentFile implements TransactionJournal {
    /// A record has at most 64 signed forms of some 8 KiB as text.
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private final RamJournal records = new RamJournal();

    private DeploymentFile(Path file) {
        this.file = file;
    }

    static DeploymentFile of(Path home, KnownCode code, long chainId) throws IOException {
        String name =
                switch (code) {
                    case ESCROW -> "deployment-" + chainId;
                    case METER -> "deployment-meter-" + chainId;
                };
        DeploymentFile journal = new DeploymentFile(home.resolve(name));
        if (Files.exists(journal.file)) {
            try (InputStream in = Files.newInputStream(journal.file)) {
                journal.records.save(TransactionRecord.decode(in.readNBytes(MAX_BYTES)));
            }
        }
        return journal;
    }

    /// The deployment is over.
    void forget() throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void save(TransactionRecord transaction) {
        write(transaction);
        records.save(transaction);
    }

    @Override
    public void update(TransactionRecord transaction) {
        write(transaction);
        records.update(transaction);
    }

    private void write(TransactionRecord transaction) {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(beside);
            try (FileChannel out =
                    FileChannel.open(
                            beside,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer bytes = ByteBuffer.wrap(transaction.encode());
                while (bytes.hasRemaining()) {
                    int _ = out.write(bytes);
                }
                out.force(true);
            }
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<TransactionRecord> pending(long chainId, Address account) {
        return records.pending(chainId, account);
    }

    @Override
    public List<TransactionRecord> finished(long chainId, Address account, int most) {
        return records.finished(chainId, account, most);
    }

    @Override
    public Optional<TransactionRecord> find(String key) {
        return records.find(key);
    }
}
