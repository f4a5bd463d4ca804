package io.evenhand.kit.evidence;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.file.NewFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Evidence files in one container: a ZIP laid out as ASiC-E (ETSI EN 319 162), `mimetype` first,
/// the rest sorted by name, nothing compressed, one fixed date.
///
/// Equal contents give equal bytes, and reading refuses bytes that writing would not have given: no
/// two programs can see different contents in one bundle.
public final class Bundle {
    public static final String MIME_TYPE = "application/vnd.etsi.asic-e+zip";

    /// Statements, seal header, stamp, rail proofs: a bundle of one exchange has about 20 entries.
    public static final int MAX_ENTRIES = 64;

    /// The largest entries are attestation evidence with its certificates.
    public static final int MAX_ENTRY = 4 << 20;

    /// A bundle is read into memory whole.
    public static final int MAX_TOTAL = 16 << 20;

    public static final int MAX_NAME = 100;

    private static final String MIME_ENTRY = "mimetype";

    /// Plain names in plain folders: nothing that leaves a directory or looks like another name.
    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

    /// No clock: the same evidence is the same file whenever it is written.
    private static final LocalDateTime DATE = LocalDateTime.of(2026, 1, 1, 0, 0);

    /// Octets that a ZIP spends on one entry besides its content and twice its name: headers of 30
    /// and 46 bytes, with room to spare.
    private static final int ENTRY_OVERHEAD = 128;

    /// Octets of a ZIP before the name of its first entry.
    private static final int LOCAL_HEADER = 30;

    /// The one first entry, in the one form that it may have.
    private static final byte[] START =
            Arrays.copyOf(
                    new Bundle(new TreeMap<>()).toByteArray(),
                    LOCAL_HEADER + MIME_ENTRY.length() + MIME_TYPE.length());

    private final SortedMap<String, byte[]> entries;

    private Bundle(SortedMap<String, byte[]> entries) {
        this.entries = entries;
    }

    /// A bundle of named contents, such as `statements/terms.cbor`.
    public static Bundle of(Map<String, byte[]> contents) {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        contents.forEach((name, bytes) -> entries.put(checkName(name), bytes.clone()));
        check(entries);
        return new Bundle(entries);
    }

    public SortedSet<String> names() {
        return new TreeSet<>(entries.keySet());
    }

    public Optional<byte[]> find(String name) {
        return Optional.ofNullable(entries.get(name)).map(byte[]::clone);
    }

    /// The content of an entry that has to be there.
    public byte[] get(String name) {
        return find(name)
                .orElseThrow(() -> new MalformedException("the bundle has no entry " + name));
    }

    /// Writes the file, which appears complete or not at all.
    public void write(Path path) throws IOException {
        try (NewFile file = NewFile.at(path)) {
            file.write(toByteArray());
            file.commit();
        }
    }

    /// Whether a file begins about as every bundle does. One that does not is something else; one
    /// that does may still be damaged or forged, there too.
    public static boolean isOne(Path path) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(path)) {
            start = Arrays.copyOf(in.readNBytes(START.length), START.length);
        }
        int others = 0;
        for (int i = 0; i < START.length; i++) {
            others += start[i] == START[i] ? 0 : 1;
        }
        return others <= START.length / 8;
    }

    public static Bundle read(Path path) throws IOException {
        if (Files.size(path) > maxFile()) {
            throw new MalformedException("a bundle has at most " + maxFile() + " bytes");
        }
        try (InputStream in = Files.newInputStream(path)) {
            return decode(in.readNBytes(maxFile() + 1));
        }
    }

    public byte[] toByteArray() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes, StandardCharsets.UTF_8)) {
            store(zip, MIME_ENTRY, MIME_TYPE.getBytes(StandardCharsets.US_ASCII));
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                store(zip, entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static Bundle decode(byte[] bytes) {
        if (bytes.length > maxFile()) {
            throw new MalformedException("a bundle has at most " + maxFile() + " bytes");
        }
        Bundle bundle = of(unzip(bytes));
        if (!Arrays.equals(bundle.toByteArray(), bytes)) {
            throw new MalformedException("the bundle is not in the one form that it may have");
        }
        return bundle;
    }

    private static SortedMap<String, byte[]> unzip(byte[] bytes) {
        SortedMap<String, byte[]> entries = new TreeMap<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8)) {
            ZipEntry first = zip.getNextEntry();
            if (first == null || !first.getName().equals(MIME_ENTRY)) {
                throw new MalformedException("not a bundle: no mimetype at the start");
            }
            String type = new String(content(zip, MIME_ENTRY), StandardCharsets.US_ASCII);
            if (!type.equals(MIME_TYPE)) {
                throw new MalformedException("not a bundle: its mimetype is another");
            }
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                String name = checkName(e.getName());
                if (entries.put(name, content(zip, name)) != null) {
                    throw new MalformedException("the bundle has two entries " + name);
                }
                check(entries);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedException("not a bundle: damaged ZIP", e);
        }
        return entries;
    }

    private static byte[] content(ZipInputStream zip, String name) throws IOException {
        byte[] content = zip.readNBytes(MAX_ENTRY + 1);
        if (content.length > MAX_ENTRY) {
            throw new MalformedException(
                    "bundle entry " + name + " has more than " + MAX_ENTRY + " bytes");
        }
        return content;
    }

    private static void check(SortedMap<String, byte[]> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new MalformedException("a bundle of more than " + MAX_ENTRIES + " entries");
        }
        long total = 0;
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            if (entry.getValue().length > MAX_ENTRY) {
                throw new MalformedException(
                        "bundle entry "
                                + entry.getKey()
                                + " has more than "
                                + MAX_ENTRY
                                + " bytes");
            }
            total += entry.getValue().length;
        }
        if (total > MAX_TOTAL) {
            throw new MalformedException("a bundle of more than " + MAX_TOTAL + " bytes");
        }
    }

    private static String checkName(String name) {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches() || name.equals(MIME_ENTRY)) {
            throw new MalformedException(
                    "not a name for a bundle entry: \""
                            + (name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name)
                            + "\"");
        }
        return name;
    }

    private static int maxFile() {
        return MAX_TOTAL + (MAX_ENTRIES + 1) * (ENTRY_OVERHEAD + 2 * MAX_NAME);
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
        entry.setTimeLocal(DATE);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
