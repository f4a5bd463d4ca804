package io.evenhand.enclave.policy;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The work has so many bytes: for works of any size, whose worth the customer judges in another
/// way.
///
/// It takes no hidden data and reads none of the work.
///
/// @param atLeast bytes, inclusive
/// @param atMost bytes, inclusive
public record Size(long atLeast, long atMost) implements PolicySpec {
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

    public Size {
        if (atLeast < 0 || atMost < atLeast) {
            throw new MalformedException(
                    "size needs 0 <= atLeast <= atMost, got " + atLeast + " and " + atMost);
        }
    }

    public static Size of(String atLeast, String atMost) {
        return new Size(bytes("atLeast", atLeast), bytes("atMost", atMost));
    }

    private static long bytes(String key, String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new MalformedException(key + " of size must be a whole number of bytes");
        }
        return Long.parseLong(text);
    }

    @Override
    public String name() {
        return "size";
    }

    @Override
    public String canonical() {
        return "size/1 atLeast=" + atLeast + " atMost=" + atMost;
    }

    @Override
    public boolean needsHidden() {
        return false;
    }

    @Override
    public void validateHidden(Path hidden) throws IOException {
        if (Files.size(hidden) != 0) {
            throw new MalformedException("the size policy takes no hidden data, leave it out");
        }
    }

    @Override
    public Verdict judge(Work work, Work hidden) throws IOException {
        long size = work.length();
        return new Verdict(
                atLeast <= size && size <= atMost,
                size + " bytes, wanted " + atLeast + " to " + atMost);
    }
}
