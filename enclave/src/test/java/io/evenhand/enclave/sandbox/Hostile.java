package io.evenhand.enclave.sandbox;

import io.evenhand.kit.codec.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/// Modules that mean harm.
final class Hostile {
    private Hostile() {}

    static byte[] example(String name) throws IOException {
        return Files.readAllBytes(Path.of("../examples/policies").resolve(name));
    }

    /// Whatever a module is, reading it ends in a refusal or in a module whose metered form the
    /// engine finds valid.
    static void refusedOrValid(byte[] module) {
        ModuleShape shape;
        try {
            Guest _ = Guest.of(module);
            shape = ModuleReader.read(module);
        } catch (MalformedException _) {
            return;
        }
        WasmModule _ = Parser.parse(Meter.rewrite(shape, 1000).bytes().toByteArray());
    }
}
