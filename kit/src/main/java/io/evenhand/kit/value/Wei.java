package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of native coin in its smallest unit, 0 to 2^256-1. People write it with a unit: `0.01
/// eth`, `5 gwei`.
public record Wei(BigInteger value) implements Comparable<Wei> {
    public static final Wei ZERO = new Wei(BigInteger.ZERO);

    /// Digits of ASCII and one point: no sign, no exponent.
    private static final Pattern NUMBER = Pattern.compile("(?=.{1,80}$)[0-9]*[.]?[0-9]+");

    /// A number and a word that is none of ours.
    private static final Pattern OTHER_UNIT =
            Pattern.compile("[0-9.,]{1,80}\\s*([a-z\\p{Sc}]{1,16})");

    public Wei {
        if (value.signum() < 0 || value.bitLength() > 256) {
            throw new MalformedException("an amount is 0 to 2^256-1 wei, got " + value);
        }
    }

    public static Wei of(long wei) {
        return new Wei(BigInteger.valueOf(wei));
    }

    /// Reads a number and one of the units `wei`, `gwei`, `eth`; a number without a unit is
    /// refused.
    public static Wei parse(String text) {
        String trimmed = text.strip().toLowerCase(Locale.ROOT);
        int decimals = decimals(trimmed);
        String number = trimmed.replaceAll("(gwei|wei|ether|eth)$", "").strip();
        try {
            if (!NUMBER.matcher(number).matches()) {
                throw new NumberFormatException("digits and one point, 80 at most");
            }
            return new Wei(new BigDecimal(number).movePointRight(decimals).toBigIntegerExact());
        } catch (NumberFormatException e) {
            throw new MalformedException(
                    "not an amount: \"" + text + "\"; write for example 0.01 eth", e);
        } catch (ArithmeticException e) {
            throw new MalformedException("\"" + text + "\" is not a whole number of wei", e);
        }
    }

    private static int decimals(String text) {
        if (text.endsWith("gwei")) {
            return 9;
        }
        if (text.endsWith("wei")) {
            return 0;
        }
        if (text.endsWith("eth") || text.endsWith("ether")) {
            return 18;
        }
        Matcher other = OTHER_UNIT.matcher(text);
        throw new MalformedException(
                other.matches()
                        ? "\"" + other.group(1) + "\" is no unit here; there are eth, gwei and wei"
                        : "\""
                                + text
                                + "\" has no unit; write for example 0.01 eth, 5 gwei or 100 wei");
    }

    public Wei plus(Wei other) {
        return new Wei(value.add(other.value));
    }

    public Wei times(long factor) {
        return new Wei(value.multiply(BigInteger.valueOf(factor)));
    }

    @Override
    public int compareTo(Wei other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        if (value.bitLength() > 40) {
            return new BigDecimal(value).movePointLeft(18).stripTrailingZeros().toPlainString()
                    + " eth";
        }
        return value + " wei";
    }
}
