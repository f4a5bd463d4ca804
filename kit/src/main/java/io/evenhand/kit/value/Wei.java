package io.evenhand.kit.value;

import io.evenhand.kit.codec.MalformedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An amount of native coin in its smallest unit, 0 to 2^256-1. People write it with a unit: `0.01
/// eth`, `5 gwei`.
public record Wei(BigInteger value) implements Comparable<Wei> {
    public static final Wei ZERO = new Wei(BigInteger.ZERO);

    public static final Wei MAX = new Wei(BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE));

    private static final Map<String, Integer> UNITS =
            Map.of("wei", 0, "gwei", 9, "eth", 18, "ether", 18);

    /// The word at the end, of letters of ASCII.
    private static final Pattern UNIT = Pattern.compile("[a-z]{1,16}$");

    /// Digits of ASCII and one point: no sign, no exponent.
    private static final Pattern NUMBER = Pattern.compile("(?=.{1,80}$)[0-9]*[.]?[0-9]+");

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
        Matcher unit = UNIT.matcher(trimmed);
        if (!unit.find()) {
            boolean bare =
                    trimmed.isEmpty() || Character.isDigit(trimmed.charAt(trimmed.length() - 1));
            throw new MalformedException(
                    bare
                            ? "\""
                                    + trimmed
                                    + "\" has no unit; write for example 0.01 eth, 5 gwei or"
                                    + " 100 wei"
                            : notAnAmount(text));
        }
        String number = trimmed.substring(0, unit.start()).strip();
        if (!NUMBER.matcher(number).matches()) {
            throw new MalformedException(notAnAmount(text));
        }
        Integer decimals = UNITS.get(unit.group());
        if (decimals == null) {
            throw new MalformedException(
                    "\"" + unit.group() + "\" is no unit known here; write eth, gwei or wei");
        }
        try {
            return new Wei(new BigDecimal(number).movePointRight(decimals).toBigIntegerExact());
        } catch (ArithmeticException e) {
            throw new MalformedException("\"" + text + "\" is not a whole number of wei", e);
        }
    }

    private static String notAnAmount(String text) {
        return "not an amount: \"" + text + "\"; write for example 0.01 eth";
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
