package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.ModuleShape.Signature;
import java.util.List;

/// What a module is for, and so what it exports and how large it may be.
///
/// @param maxBytes of the module
/// @param maxPages of its memory: it never has more, whatever it declares
record ModuleRules(Kind kind, int maxBytes, int maxPages) {
    static final ModuleRules POLICY =
            new ModuleRules(Kind.POLICY, GuestLimits.MAX_MODULE, GuestLimits.MAX_PAGES);

    static ModuleRules program(ProgramLimits limits) {
        return new ModuleRules(Kind.PROGRAM, limits.moduleBytes(), limits.pages());
    }

    enum Kind {
        /// Judges a work, which it reads through imports.
        POLICY(GuestLimits.MAX_MODULE, GuestLimits.MAX_JAVA_CODE),
        /// Computes in rounds, with no import at all. Nothing of it survives a round, so it has no
        /// segment that an instruction could use up.
        PROGRAM(GuestLimits.MAX_PROGRAM_CODE, GuestLimits.MAX_PROGRAM_JAVA_CODE);

        /// Bytes of all functions.
        final int code;

        /// Bytes of Java code of all functions.
        final int javaCode;

        Kind(int code, int javaCode) {
            this.code = code;
            this.javaCode = javaCode;
        }

        /// What the host calls.
        List<Wanted> exports() {
            return switch (this) {
                case POLICY -> List.of(Wanted.JUDGE);
                case PROGRAM -> Wanted.PROGRAM;
            };
        }
    }

    /// A function that a module of this kind exports.
    record Wanted(String name, Signature type, boolean required) {
        private static final int I32 = 0x7f;
        private static final int I64 = 0x7e;

        static final Wanted JUDGE =
                new Wanted("judge", new Signature(List.of(I64, I64), List.of(I32)), true);

        static final List<Wanted> PROGRAM =
                List.of(
                        program("buffer", List.of(I32), I32),
                        program("load", List.of(I32), I32),
                        program("run", List.of(I64), I64),
                        program("state", List.of(), I64),
                        program("output", List.of(), I64),
                        new Wanted("import_", new Signature(List.of(I32), List.of(I32)), false),
                        new Wanted("export_", new Signature(List.of(), List.of(I64)), false));

        private static Wanted program(String name, List<Integer> params, int result) {
            return new Wanted(name, new Signature(params, List.of(result)), true);
        }
    }
}
