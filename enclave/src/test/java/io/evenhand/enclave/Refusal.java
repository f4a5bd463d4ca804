package io.evenhand.enclave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.evenhand.kit.codec.MalformedException;
import org.junit.jupiter.api.function.Executable;

/// Expects a refusal of what came from outside, in one line.
public final class Refusal {
    private Refusal() {}

    public static String of(Executable executable) {
        String why =
                String.valueOf(assertThrows(MalformedException.class, executable).getMessage());
        assertEquals(1, why.lines().count(), why);
        return why;
    }
}
