package io.evenhand.kit.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What somebody meant who misspelt a word.
public final class Nearest {
    /// Of so many letters one may be wrong: more would be another word.
    private static final int LETTERS = 3;

    private Nearest() {}

    /// The known word that is closest, if one is close enough.
    public static Optional<String> of(String word, Collection<String> known) {
        return known.stream()
                .min(
                        Comparator.<String>comparingInt(each -> distance(word, each))
                                .thenComparing(Comparator.naturalOrder()))
                .filter(each -> distance(word, each) <= allowed(word, each));
    }

    private static int allowed(String word, String each) {
        return (Math.max(word.length(), each.length()) + 1) / LETTERS;
    }

    /// Letters that are changed, missing or too many; capitals count as small letters.
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = small(one.charAt(i - 1)) == small(other.charAt(j - 1)) ? 0 : 1;
                int here = Math.min(diagonal + change, 1 + Math.min(row[j], row[j - 1]));
                diagonal = row[j];
                row[j] = here;
            }
        }
        return row[other.length()];
    }

    private static char small(char letter) {
        return Character.toLowerCase(letter);
    }
}
