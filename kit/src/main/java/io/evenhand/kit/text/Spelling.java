package io.evenhand.kit.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// What somebody meant who wrote a word that nobody knows.
public final class Spelling {
    /// Longer than any word of ours: what is longer is no misspelling of one.
    private static final int LONGEST = 40;

    private Spelling() {}

    /// The known word with the fewest typing errors between it and this one, if they are few for
    /// its length; capitals are none.
    public static Optional<String> meant(String word, Collection<String> known) {
        if (word.length() > LONGEST) {
            return Optional.empty();
        }
        String written = word.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(one -> errors(written, one.toLowerCase(Locale.ROOT)) <= allowed(one))
                .min(
                        Comparator.<String>comparingInt(
                                        one -> errors(written, one.toLowerCase(Locale.ROOT)))
                                .thenComparing(Comparator.naturalOrder()));
    }

    /// `; did you mean "price"?`, or nothing.
    public static String hint(String word, Collection<String> known) {
        return meant(word, known).map(one -> "; did you mean \"" + one + "\"?").orElse("");
    }

    /// One in a short word, three at most: whoever errs more often meant something else.
    private static int allowed(String word) {
        return Math.clamp(word.replace("-", "").length() / 3, 1, 3);
    }

    /// Letters left out, added, changed, or swapped with the next one (optimal string alignment).
    private static int errors(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int least = cost[i - 1][j - 1] + (same ? 0 : 1);
                least = Math.min(least, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                boolean swapped =
                        i > 1
                                && j > 1
                                && from.charAt(i - 1) == to.charAt(j - 2)
                                && from.charAt(i - 2) == to.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(least, 1 + cost[i - 2][j - 2]) : least;
            }
        }
        return cost[from.length()][to.length()];
    }
}
