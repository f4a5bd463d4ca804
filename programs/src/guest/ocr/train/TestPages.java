import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.font.FontRenderContext;
import java.awt.font.TextAttribute;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/// Draws the pages that accuracy is measured on, by another renderer (Java2D, filled outlines) than
/// those of training, from text that training has not seen.
///
/// Usage: `java TestPages.java ROOT OUT FONTS...`, with the repository, the directory for
/// `NAME.pgm.gz` and `NAME.txt`, and font files: one page for each, and `words` with small pages of
/// one word each, as many as {@link #WORDS}, in the first fonts.
final class TestPages {
    private static final int CHARS = 48;
    private static final int LINES = 12;
    private static final int LEVELS = 15;
    private static final int WORDS = 250;
    private static final int WORD_FONTS = 20;

    private final Random random;
    private final float em;
    private final Font font;
    private final List<String> text;
    private final float margin;
    private final double pitch;
    private final int width;
    private final int height;

    private TestPages(Font face, long seed, float em, float margin, List<String> lines) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.em = em + random.nextInt((int) em / 2);
        this.font = face.deriveFont(this.em).deriveFont(Map.of(TextAttribute.KERNING, TextAttribute.KERNING_ON));
        this.text = lines;
        this.margin = margin * this.em;
        this.pitch = this.em * (1.25 + 0.25 * random.nextDouble());
        FontRenderContext plain = new FontRenderContext(null, true, true);
        double widest = lines.stream()
                .mapToDouble(line -> font.getStringBounds(line, plain).getWidth())
                .max()
                .orElse(0);
        this.width = (int) Math.ceil(widest + 2 * this.margin);
        this.height = (int) Math.round(pitch * (lines.size() - 1) + 1.1 * this.em + 2 * this.margin);
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("java.awt.headless", "true");
        Path out = Path.of(args[1]);
        List<String> lines = lines(Path.of(args[0]));
        List<Font> fonts = new ArrayList<>();
        for (String file : List.of(args).subList(2, args.length)) {
            Path face = Path.of(file);
            try (var in = Files.newInputStream(face)) {
                fonts.add(Font.createFont(Font.TRUETYPE_FONT, in));
            }
            int number = fonts.size();
            int from = (number - 1) * 7 * LINES % (lines.size() - LINES);
            TestPages page = new TestPages(fonts.getLast(), number + 1, 20, 1, lines.subList(from, from + LINES));
            String name = face.getFileName().toString().replaceAll("\\..*", "");
            write(out.resolve("%02d-%s".formatted(number, name)), page.pgm(), page.text);
        }
        words(out, lines, fonts.subList(0, WORD_FONTS));
    }

    private static void words(Path out, List<String> lines, List<Font> fonts) throws IOException {
        List<String> words = lines.stream()
                .flatMap(line -> Stream.of(line.split(" ")))
                .filter(word -> word.matches("[A-Za-z]{4,9}"))
                .distinct()
                .limit(WORDS)
                .toList();
        ByteArrayOutputStream pages = new ByteArrayOutputStream();
        for (int i = 0; i < words.size(); i++) {
            List<String> word = List.of(words.get(i));
            pages.writeBytes(new TestPages(fonts.get(i % fonts.size()), 1_000 + i, 12, 0.3f, word).pgm());
        }
        write(out.resolve("words"), pages.toByteArray(), words);
    }

    private static void write(Path name, byte[] pgm, List<String> text) throws IOException {
        Files.writeString(Path.of(name + ".txt"), String.join("\n", text) + "\n");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(Path.of(name + ".pgm.gz")), 512)) {
            file.write(pgm);
        }
    }

    /// Prose of the project's first pages: no tables, no programs, no marks of the format.
    private static List<String> lines(Path root) throws IOException {
        List<String> words = new ArrayList<>();
        for (String name : List.of("README.md", "ARCHITECTURE.md", "docs/tutorial/first-exchange.md",
                "docs/concepts/delegation.md", "docs/concepts/published-failures.md", "CONTRIBUTING.md")) {
            boolean program = false;
            for (String line : Files.readAllLines(root.resolve(name))) {
                program ^= line.strip().startsWith("```");
                if (!program && !line.strip().matches("([|`#<!]|\\[!).*")) {
                    String plain = line.replaceAll("\\]\\([^)]*\\)", "").replaceAll("[*`\\[]|^ *-", "");
                    Stream.of(plain.split("[^!-~]+")).filter(w -> !w.isEmpty() && w.length() < 24).forEach(words::add);
                }
            }
        }
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : words) {
            if (line.length() + word.length() >= CHARS) {
                lines.add(line);
                line = "";
            }
            line = line.isEmpty() ? word : line + " " + word;
        }
        return lines;
    }

    /// Ink 0 to 1, turned by up to three degrees.
    private double[] drawn() {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        AffineTransform turn = new AffineTransform();
        turn.rotate(Math.toRadians(6 * random.nextDouble() - 3), width / 2.0, height / 2.0);
        g.transform(turn);
        FontRenderContext context = new FontRenderContext(null, true, true);
        for (int i = 0; i < text.size(); i++) {
            char[] line = text.get(i).toCharArray();
            var glyphs = font.layoutGlyphVector(context, line, 0, line.length, Font.LAYOUT_LEFT_TO_RIGHT);
            g.fill(glyphs.getOutline(margin, (float) (0.85 * em + margin + i * pitch)));
        }
        g.dispose();
        double[] ink = new double[width * height];
        for (int i = 0; i < ink.length; i++) {
            // The bytes of a gray picture are not linear in what covers the pixel, save through its raster.
            ink[i] = image.getRaster().getSample(i % width, i / width, 0) / 255.0;
        }
        return ink;
    }

    private double[] blurred(double[] ink, double sigma, int step, int stride, int length) {
        int reach = (int) Math.ceil(3 * sigma);
        double[] result = new double[ink.length];
        double sum = 0;
        for (int d = -reach; d <= reach; d++) {
            sum += Math.exp(-d * d / (2 * sigma * sigma));
        }
        for (int i = 0; i < ink.length; i++) {
            int at = i / stride % length;
            for (int d = -reach; d <= reach; d++) {
                int other = Math.clamp(at + d, 0, length - 1) - at;
                result[i] += ink[i + other * step] * Math.exp(-d * d / (2 * sigma * sigma)) / sum;
            }
        }
        return result;
    }

    /// Blur, uneven light, noise, specks.
    private int[] scanned(double[] ink) {
        double sigma = em / 25 * (0.45 + 0.5 * random.nextDouble());
        double[] soft = blurred(blurred(ink, sigma, 1, 1, width), sigma, width, width, height);
        double paper = 205 + 40 * random.nextDouble();
        double black = 20 + 50 * random.nextDouble();
        double cx = random.nextDouble() * width;
        double cy = random.nextDouble() * height;
        double fall = 0.15 + 0.3 * random.nextDouble();
        double noise = 3 + 6 * random.nextDouble();
        int[] gray = new int[ink.length];
        for (int i = 0; i < gray.length; i++) {
            double far = Math.hypot(i % width - cx, i / width - cy) / Math.hypot(width, height);
            double light = 1 - fall * far;
            double value = (paper - (paper - black) * soft[i]) * light + noise * random.nextGaussian();
            if (random.nextInt(4_000) == 0) {
                value = random.nextBoolean() ? black : paper;
            }
            gray[i] = (int) Math.clamp(Math.round(value * LEVELS / 255), 0, LEVELS);
        }
        return gray;
    }

    private byte[] pgm() {
        int[] gray = scanned(drawn());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("P5\n" + width + " " + height + "\n" + LEVELS + "\n").getBytes(StandardCharsets.US_ASCII));
        for (int value : gray) {
            bytes.write(value);
        }
        return bytes.toByteArray();
    }
}
