package io.evenhand.programs.stamper;

import io.evenhand.kit.value.Bytes32;
import java.nio.file.Path;

/// A work as it was taken in.
///
/// @param length in bytes
/// @param root the plain root of the bytes that came in, which every later pass must find again
public record SpooledWork(Path file, long length, Bytes32 root) {}
