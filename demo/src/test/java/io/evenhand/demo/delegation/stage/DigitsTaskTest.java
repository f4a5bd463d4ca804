package io.evenhand.demo.delegation.stage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.enclave.policy.Accuracy;
import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsTaskTest {
    static final Path DATA = Path.of("..", "examples", "digits", "digits.csv.gz");

    @TempDir Path folder;

    @Test
    @DisplayName("decisions 24: 1,797 pictures, 1,000 labels, 300 hidden rows among the other 797")
    void shape() throws IOException {
        DigitsTask task = DigitsTask.prepare(DATA, folder, new SecureRandom());
        List<String> input = Files.readAllLines(task.input());
        assertTrue(input.getFirst().startsWith("row,label,p0,p1,"));
        assertTrue(input.getFirst().endsWith(",p63"));
        assertEquals(1 + DigitsTask.PICTURES, input.size());
        Set<String> labelled = new HashSet<>();
        for (int row = 0; row < DigitsTask.PICTURES; row++) {
            String[] cells = input.get(row + 1).split(",", -1);
            assertEquals(66, cells.length);
            assertEquals(Integer.toString(row), cells[0]);
            if (!cells[1].isEmpty()) {
                labelled.add(cells[0]);
            }
        }
        assertEquals(DigitsTask.LABELLED, labelled.size());

        List<String> hidden = Files.readAllLines(task.hidden());
        assertEquals(1 + DigitsTask.HIDDEN, hidden.size());
        for (String line : hidden.subList(1, hidden.size())) {
            assertFalse(labelled.contains(line.split(",", -1)[0]), "a hidden label is given away");
        }
        new Accuracy(9_500).validateHidden(task.hidden());
    }

    @Test
    @DisplayName("a seed repeats a task, another seed makes another one")
    void seeds() throws IOException {
        DigitsTask a = DigitsTask.prepare(DATA, folder.resolve("a"), new Random(1));
        DigitsTask b = DigitsTask.prepare(DATA, folder.resolve("b"), new Random(1));
        DigitsTask c = DigitsTask.prepare(DATA, folder.resolve("c"), new Random(2));
        assertArrayEquals(Files.readAllBytes(a.input()), Files.readAllBytes(b.input()));
        assertArrayEquals(Files.readAllBytes(a.hidden()), Files.readAllBytes(b.hidden()));
        assertNotEquals(Files.readString(a.input()), Files.readString(c.input()));
        assertNotEquals(Files.readString(a.hidden()), Files.readString(c.hidden()));
    }

    @Test
    @DisplayName("a file that is not the digits is refused, however large it unpacks")
    void otherFile() throws IOException {
        Path plain = Files.writeString(folder.resolve("plain"), "0,1,2\n");
        Path bomb = folder.resolve("bomb");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                out.write(zeros);
            }
        }
        Path few = folder.resolve("few");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(few))) {
            out.write(("1,".repeat(64) + "3\n").getBytes(StandardCharsets.US_ASCII));
        }
        for (Path file : List.of(plain, bomb, few)) {
            MalformedException refusal =
                    assertThrows(
                            MalformedException.class,
                            () -> DigitsTask.prepare(file, folder, new Random(1)));
            String why = String.valueOf(refusal.getMessage());
            assertEquals(1, why.lines().count(), why);
            assertTrue(why.startsWith(file.getFileName().toString()), why);
        }
    }
}
