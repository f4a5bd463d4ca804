/// Labels 8x8 pictures of handwritten digits by their nearest neighbours.
///
///     java Classify.java < input.csv > labels.csv
///     java Classify.java input.csv labels.csv
///
/// The input is CSV with the header `row,label,p0,…,p63`: pixels are 0 to 16, and the label is empty
/// where it is not known. The output is CSV with the header `row,label`, one line for every input
/// line, in the same order; a label that was given is repeated.
///
/// How it learns: two pictures are near if one becomes the other by a small shift, turn, stretch or
/// change of stroke width. Those moves span a tangent plane at each picture, and the part of the
/// difference that lies in the plane is not counted (tangent distance, Simard, LeCun and Denker
/// 1993). How many neighbours vote, and how much a near one counts, is chosen by leave-one-out
/// cross-validation on the labelled rows. A second look lets the pictures that were labelled first
/// vote too: a writer who is in the unlabelled rows only is then judged by his own hand as well.

static final int SIDE = 8;
static final int PIXELS = SIDE * SIDE;
static final int BRIGHTEST = 16;

/// A picture takes about 2 KiB of memory, so this many fit a small heap.
static final int MAX_ROWS = 100_000;

/// The exact distance is computed only for the nearest references by plain distance.
static final int CANDIDATES = 40;

static final int[] NEIGHBOURS = {1, 3, 5, 7, 9};

/// A neighbour at distance d votes with 1 / d^power; 0 gives everybody one vote.
static final int[] POWERS = {0, 1, 2, 4};

/// The rule of the second look is fixed: the labelled rows cannot be asked a second time, since what
/// they taught already stands in the first guesses.
static final Rule SECOND_LOOK = new Rule(3, 2, Double.NaN);

static final String HEADER =
        "row,label," + IntStream.range(0, PIXELS).mapToObj(i -> "p" + i).collect(Collectors.joining(","));

/// One line of the input.
///
/// @param label index into the list of label names, or -1 if it is not known
/// @param plane orthonormal basis of the tangent plane
record Picture(String row, int label, float[] pixels, float[][] plane) {
    Picture labelled(int other) {
        return new Picture(row, other, pixels, plane);
    }
}

record Input(List<Picture> pictures, List<String> labels) {}

/// The nearest labelled pictures, the nearest first.
record Near(int[] labels, double[] distances) {}

/// How neighbours vote, and how often that was right on the labelled rows.
record Rule(int neighbours, int power, double accuracy) {}

static class BadInput extends RuntimeException {
    BadInput(String message) {
        super(message);
    }
}

void main(String[] args) {
    long start = System.nanoTime();
    if (args.length != 0 && args.length != 2) {
        fail("usage: java Classify.java [INPUT OUTPUT]");
    }
    try {
        Input input = args.length == 2 ? open(Path.of(args[0])) : read(System.in);
        String text = classify(input);
        if (args.length == 2) {
            Files.writeString(Path.of(args[1]), text);
        } else {
            System.out.print(text);
            System.out.flush();
        }
        System.err.printf("done in %.1f s%n", (System.nanoTime() - start) / 1e9);
    } catch (BadInput e) {
        fail(e.getMessage());
    } catch (IOException e) {
        fail("cannot read or write: " + e.getMessage());
    }
}

static void fail(String why) {
    System.err.println("classify: " + why);
    System.exit(2);
}

static Input open(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
        return read(in);
    }
}

static Input read(InputStream in) throws IOException {
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    String header = lines.readLine();
    // A spreadsheet may have put a byte order mark in front.
    if (header == null || !HEADER.equals(header.startsWith("\uFEFF") ? header.substring(1) : header)) {
        throw new BadInput("line 1 must be row,label,p0,...,p" + (PIXELS - 1));
    }
    List<Picture> pictures = new ArrayList<>();
    Map<String, Integer> labels = new LinkedHashMap<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (pictures.size() == MAX_ROWS) {
            throw new BadInput("more than " + MAX_ROWS + " rows: split the input");
        }
        pictures.add(picture(line, pictures.size() + 2, labels));
    }
    return new Input(pictures, List.copyOf(labels.keySet()));
}

static Picture picture(String line, int number, Map<String, Integer> labels) {
    String[] cells = line.split(",", -1);
    if (cells.length != PIXELS + 2 || cells[0].isBlank()) {
        throw new BadInput("line " + number + " must have a row, a label and " + PIXELS + " pixels");
    }
    float[] pixels = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        pixels[i] = pixel(cells[i + 2], number);
    }
    int label = cells[1].isEmpty() ? -1 : labels.computeIfAbsent(cells[1], _ -> labels.size());
    return new Picture(cells[0], label, pixels, plane(pixels));
}

static int pixel(String cell, int number) {
    try {
        int value = Integer.parseInt(cell);
        if (value >= 0 && value <= BRIGHTEST) {
            return value;
        }
    } catch (NumberFormatException _) {
        // said below, together with values out of range
    }
    throw new BadInput("line " + number + ": a pixel is a whole number from 0 to " + BRIGHTEST);
}

/// Directions in which a picture changes without becoming another digit, made orthonormal.
static float[][] plane(float[] pixels) {
    float[][] moves = new float[7][PIXELS];
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            int i = y * SIDE + x;
            float right = (at(pixels, x + 1, y) - at(pixels, x - 1, y)) / 2;
            float down = (at(pixels, x, y + 1) - at(pixels, x, y - 1)) / 2;
            float fromX = x - (SIDE - 1) / 2f;
            float fromY = y - (SIDE - 1) / 2f;
            moves[0][i] = right; // shift
            moves[1][i] = down;
            moves[2][i] = fromX * right + fromY * down; // size
            moves[3][i] = fromY * right - fromX * down; // turn
            moves[4][i] = fromX * right - fromY * down; // stretch along the axes
            moves[5][i] = fromY * right + fromX * down; // stretch along the diagonals
            moves[6][i] = right * right + down * down; // stroke width
        }
    }
    return orthonormal(moves);
}

static float at(float[] pixels, int x, int y) {
    return x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : pixels[y * SIDE + x];
}

/// Gram and Schmidt; a direction that depends on the others is dropped (a blank picture has none).
static float[][] orthonormal(float[][] moves) {
    List<float[]> basis = new ArrayList<>();
    for (float[] move : moves) {
        double before = dot(move, move);
        for (float[] unit : basis) {
            float part = dot(move, unit);
            for (int i = 0; i < PIXELS; i++) {
                move[i] -= part * unit[i];
            }
        }
        double length = Math.sqrt(dot(move, move));
        if (length > 1e-3 * Math.sqrt(before) && length > 1e-6) {
            for (int i = 0; i < PIXELS; i++) {
                move[i] /= (float) length;
            }
            basis.add(move);
        }
    }
    return basis.toArray(float[][]::new);
}

static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < PIXELS; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

static String classify(Input input) {
    List<Picture> known = input.pictures.stream().filter(p -> p.label >= 0).toList();
    if (known.size() <= NEIGHBOURS[NEIGHBOURS.length - 1]) {
        throw new BadInput(known.size() + " labelled rows are too few to learn from");
    }
    System.err.printf("read %d pictures, %d of them labelled%n", input.pictures.size(), known.size());
    Rule rule = learn(known, input.labels.size());
    System.err.printf(
            "leave-one-out: %d neighbour(s), weight 1/d^%d, %.4f right%n",
            rule.neighbours, rule.power, rule.accuracy);
    List<Picture> first = relabel(input.pictures, input.pictures, known, rule, input.labels.size());
    List<Picture> second = relabel(input.pictures, first, first, SECOND_LOOK, input.labels.size());
    return second.stream()
            .map(p -> p.row + "," + input.labels.get(p.label) + "\n")
            .collect(Collectors.joining("", "row,label\n", ""));
}

/// Labels each of `pictures` that `given` left without one.
static List<Picture> relabel(
        List<Picture> given, List<Picture> pictures, List<Picture> voters, Rule rule, int classes) {
    return IntStream.range(0, given.size())
            .parallel()
            .mapToObj(
                    i -> {
                        Picture p = pictures.get(i);
                        return given.get(i).label >= 0 ? p : p.labelled(vote(near(p, voters), rule, classes));
                    })
            .toList();
}

/// Tries every rule on each labelled picture against all the others; of equals the first one wins.
static Rule learn(List<Picture> known, int classes) {
    List<Near> near = known.parallelStream().map(p -> near(p, known)).toList();
    Rule best = new Rule(1, 0, -1);
    for (int neighbours : NEIGHBOURS) {
        for (int power : POWERS) {
            Rule rule = new Rule(neighbours, power, Double.NaN);
            int right = 0;
            for (int i = 0; i < near.size(); i++) {
                right += vote(near.get(i), rule, classes) == known.get(i).label ? 1 : 0;
            }
            double accuracy = (double) right / near.size();
            if (accuracy > best.accuracy) {
                best = new Rule(neighbours, power, accuracy);
            }
        }
    }
    return best;
}

static int vote(Near near, Rule rule, int classes) {
    double[] votes = new double[classes];
    for (int i = 0; i < rule.neighbours; i++) {
        votes[near.labels[i]] += 1 / Math.pow(near.distances[i] + 1e-9, rule.power);
    }
    int winner = 0;
    for (int label = 1; label < classes; label++) {
        winner = votes[label] > votes[winner] ? label : winner;
    }
    return winner;
}

/// The nearest labelled pictures to `picture`, which is not counted as its own neighbour.
static Near near(Picture picture, List<Picture> known) {
    int kept = Math.min(CANDIDATES, known.size() - 1);
    int most = NEIGHBOURS[NEIGHBOURS.length - 1];
    double[] plain = new double[known.size()];
    for (int i = 0; i < plain.length; i++) {
        Picture other = known.get(i);
        plain[i] = other == picture ? Double.MAX_VALUE : squared(picture.pixels, other.pixels);
    }
    double[] sorted = plain.clone();
    Arrays.sort(sorted);
    double cut = sorted[kept - 1];
    int[] candidates = IntStream.range(0, plain.length).filter(i -> plain[i] <= cut).toArray();
    double[] distances = new double[candidates.length];
    for (int i = 0; i < candidates.length; i++) {
        distances[i] = tangent(picture, known.get(candidates[i]), plain[candidates[i]]);
    }
    int[] order =
            IntStream.range(0, candidates.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> distances[i]))
                    .limit(most)
                    .mapToInt(Integer::intValue)
                    .toArray();
    return new Near(
            Arrays.stream(order).map(i -> known.get(candidates[i]).label).toArray(),
            Arrays.stream(order).mapToDouble(i -> distances[i]).toArray());
}

static float squared(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < PIXELS; i++) {
        float gap = a[i] - b[i];
        sum += gap * gap;
    }
    return sum;
}

/// What is left of the difference outside the tangent plane of each of the two pictures, added up.
static double tangent(Picture a, Picture b, double squared) {
    float[] gap = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
        gap[i] = a.pixels[i] - b.pixels[i];
    }
    double rest = 2 * squared;
    for (float[] unit : a.plane) {
        double part = dot(gap, unit);
        rest -= part * part;
    }
    for (float[] unit : b.plane) {
        double part = dot(gap, unit);
        rest -= part * part;
    }
    return Math.sqrt(Math.max(0, rest));
}
