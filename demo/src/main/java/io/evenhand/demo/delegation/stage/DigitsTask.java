package io.evenhand.demo.delegation.stage;

import io.evenhand.kit.codec.MalformedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The digits as a task: what the provider is given, and the labels that only the stamper gets.
///
/// The hidden rows are none of those whose labels are in the input: else the input would be the
/// answer (decisions 24). Which rows are which is drawn anew each time, so the result of a run is
/// not known before it.
///
/// @param input CSV `row,label,p0,…,p63` of all pictures; the label is empty where it is not given
/// @param hidden CSV `row,label` of the hidden rows
public record DigitsTask(Path input, Path hidden) {
    public static final int PICTURES = 1_797;
    public static final int LABELLED = 1_000;
    public static final int HIDDEN = 300;

    private static final int PIXELS = 64;

    private static final Pattern PICTURE = Pattern.compile("([0-9]{1,2},){" + PIXELS + "}[0-9]");

    /// Every line has at most 64 pixels of two digits, 64 commas, a label and its end.
    private static final int MAX_BYTES = PICTURES * (3 * PIXELS + 2);

    /// Writes `input.csv` and `hidden.csv` into a folder.
    ///
    /// @param data the file `digits.csv.gz` of `examples/digits`
    /// @param random draws the rows: a `SecureRandom`, or a generator with a seed to repeat a run
    public static DigitsTask prepare(Path data, Path folder, RandomGenerator random)
            throws IOException {
        List<String> lines = read(data);
        int[] drawn = shuffled(lines.size(), random);
        boolean[] labelled = marked(lines.size(), drawn, 0, LABELLED);
        boolean[] hidden = marked(lines.size(), drawn, LABELLED, LABELLED + HIDDEN);
        Files.createDirectories(folder);
        DigitsTask task = new DigitsTask(folder.resolve("input.csv"), folder.resolve("hidden.csv"));
        Files.writeString(task.input, inputText(lines, labelled));
        Files.writeString(task.hidden, hiddenText(lines, hidden));
        return task;
    }

    private static List<String> read(Path data) throws IOException {
        byte[] text;
        try (InputStream file = Files.newInputStream(data);
                InputStream in = new GZIPInputStream(file)) {
            text = in.readNBytes(MAX_BYTES);
        } catch (ZipException | EOFException e) {
            throw notTheData(data);
        }
        List<String> lines = new String(text, StandardCharsets.US_ASCII).lines().toList();
        if (lines.size() != PICTURES || !lines.stream().allMatch(DigitsTask::isPicture)) {
            throw notTheData(data);
        }
        return lines;
    }

    private static boolean isPicture(String line) {
        return PICTURE.matcher(line).matches();
    }

    private static MalformedException notTheData(Path data) {
        return new MalformedException(
                data.getFileName()
                        + " does not hold the 1,797 digits: take the file from examples/digits");
    }

    private static int[] shuffled(int size, RandomGenerator random) {
        int[] order = IntStream.range(0, size).toArray();
        for (int i = size - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int row = order[i];
            order[i] = order[other];
            order[other] = row;
        }
        return order;
    }

    private static boolean[] marked(int size, int[] drawn, int from, int to) {
        boolean[] marked = new boolean[size];
        for (int i = from; i < to; i++) {
            marked[drawn[i]] = true;
        }
        return marked;
    }

    private static String inputText(List<String> lines, boolean[] labelled) {
        StringBuilder out = new StringBuilder("row,label");
        IntStream.range(0, PIXELS).forEach(i -> out.append(",p").append(i));
        out.append('\n');
        for (int row = 0; row < lines.size(); row++) {
            String line = lines.get(row);
            out.append(row).append(',').append(labelled[row] ? label(line) : "").append(',');
            out.append(line, 0, line.lastIndexOf(',')).append('\n');
        }
        return out.toString();
    }

    private static String hiddenText(List<String> lines, boolean[] hidden) {
        return IntStream.range(0, lines.size())
                .filter(row -> hidden[row])
                .mapToObj(row -> row + "," + label(lines.get(row)) + "\n")
                .collect(Collectors.joining("", "row,label\n", ""));
    }

    private static String label(String line) {
        return line.substring(line.lastIndexOf(',') + 1);
    }
}
