package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.FileSource;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.regex.Pattern;

/// At least this part of the hidden rows is labelled right.
///
/// Work and hidden data are CSV files of `row,label` (see {@link LabelReader} for the form and the
/// limits). The work has exactly one label for every hidden row, in any order; other rows in it are
/// not looked at. Equal labels are equal bytes, without the quotes around them.
///
/// @param tenThousandths the part, in units of 1/10000
public record Accuracy(int tenThousandths) implements PolicySpec {
    private static final int ONE = 10_000;

    /// Zero or one, and at most four decimals.
    private static final Pattern PART = Pattern.compile("[01](\\.[0-9]{1,4})?");

    public Accuracy {
        if (tenThousandths < 0 || tenThousandths > ONE) {
            throw new MalformedException("atLeast of accuracy must be from 0 to 1");
        }
    }

    /// How a work did.
    public sealed interface Measure {
        record Scored(int right, int rows) implements Measure {
            /// The part that is right, rounded down to four decimals.
            public String accuracy() {
                return decimal((int) ((long) right * ONE / rows));
            }
        }

        record Unusable(String why) implements Measure {}
    }

    public static Accuracy of(String atLeast) {
        if (!PART.matcher(atLeast).matches()) {
            throw new MalformedException(
                    "atLeast of accuracy must be from 0 to 1 with at most 4 decimals, like 0.95");
        }
        return new Accuracy(new BigDecimal(atLeast).movePointRight(4).intValueExact());
    }

    @Override
    public String name() {
        return "accuracy";
    }

    @Override
    public String canonical() {
        return "accuracy/1 atLeast=" + decimal(tenThousandths);
    }

    @Override
    public boolean needsHidden() {
        return true;
    }

    @Override
    public void validateHidden(Path hidden) throws IOException {
        try (Source source = FileSource.open(hidden)) {
            HiddenLabels.read(Work.of(source));
        }
    }

    @Override
    public Optional<String> formFault(Work work) throws IOException {
        try (InputStream in = work.open()) {
            LabelReader line = new LabelReader(in);
            while (line.next()) {}
            return Optional.empty();
        } catch (MalformedException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    @Override
    public Verdict judge(Work work, Work hidden) throws IOException {
        return switch (measure(work, hidden)) {
            case Measure.Scored s ->
                    new Verdict(
                            (long) s.right() * ONE >= (long) tenThousandths * s.rows(),
                            "%d of %d hidden rows right, %s, wanted %s"
                                    .formatted(
                                            s.right(),
                                            s.rows(),
                                            s.accuracy(),
                                            decimal(tenThousandths)));
            case Measure.Unusable u -> new Verdict(false, u.why());
        };
    }

    /// Counts the hidden rows that the work labels right.
    ///
    /// @throws MalformedException if the hidden data are malformed
    public static Measure measure(Path work, Path hidden) throws IOException {
        try (Source bytes = FileSource.open(work);
                Source secret = FileSource.open(hidden)) {
            return measure(Work.of(bytes), Work.of(secret));
        }
    }

    private static Measure measure(Work work, Work hidden) throws IOException {
        HiddenLabels labels = HiddenLabels.read(hidden);
        try (InputStream in = work.open()) {
            return count(in, labels);
        }
    }

    private static Measure count(InputStream work, HiddenLabels labels) throws IOException {
        BitSet seen = new BitSet(labels.count());
        int right = 0;
        try {
            LabelReader line = new LabelReader(work);
            while (line.next()) {
                int found = labels.find(line.row());
                if (found >= 0 && seen.get(found)) {
                    return new Measure.Unusable("work: a hidden row is labelled twice");
                }
                if (found >= 0) {
                    seen.set(found);
                    right += labels.matches(found, line) ? 1 : 0;
                }
            }
        } catch (MalformedException e) {
            return new Measure.Unusable("work: " + e.getMessage());
        }
        int missing = labels.count() - seen.cardinality();
        return missing == 0
                ? new Measure.Scored(right, labels.count())
                : new Measure.Unusable("work: " + missing + " hidden rows have no label");
    }

    private static String decimal(int tenThousandths) {
        return BigDecimal.valueOf(tenThousandths, 4).toPlainString();
    }
}
