package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.ModuleRules.Kind;
import io.evenhand.kit.value.Octets;
import java.util.List;
import java.util.stream.Collectors;

/// A module taken apart: what the metering changes as values, the rest as the bytes it came in.
///
/// @param kind what it is for
/// @param plain the whole module without names and notes of compilers
/// @param types bodies of the type section's entries
/// @param imports bodies of the import section's entries, all of them functions of {@link Import}
/// @param functions type index of each function of the module's own
/// @param table body of the table section, empty if there is none
/// @param memory in pages; none if the module has no memory
/// @param globals bodies of the globals
/// @param exports the functions that the host calls
/// @param elements body of the element section, empty if there is none
/// @param code body of each function of the module's own
/// @param data body of the data section, empty if there is none
/// @param dataCount whether the module counts its data segments in front of the code
record ModuleShape(
        Kind kind,
        Octets plain,
        List<Signature> types,
        List<Import> imports,
        List<Integer> importTypes,
        List<Integer> functions,
        Octets table,
        Pages memory,
        List<byte[]> globals,
        List<Export> exports,
        Octets elements,
        List<byte[]> code,
        Octets data,
        int segments,
        boolean dataCount) {

    /// What a module may import.
    enum Import {
        READ_WORK("read_work"),
        READ_HIDDEN("read_hidden");

        static final String MODULE = "evenhand";

        final String text;

        Import(String text) {
            this.text = text;
        }
    }

    /// A function by the name under which the host finds it.
    record Export(String name, int function) {}

    /// A function's type, as bytes of value types.
    record Signature(List<Integer> params, List<Integer> results) {
        private static final List<String> NAMES = List.of("f64", "f32", "i64", "i32");

        /// As in `(i64, i64) -> i32`.
        @Override
        public String toString() {
            return "(" + names(params) + ") -> " + names(results);
        }

        private static String names(List<Integer> types) {
            return types.stream()
                    .map(type -> NAMES.get(type - 0x7c))
                    .collect(Collectors.joining(", "));
        }
    }

    /// A memory from `min` to `max` pages.
    record Pages(boolean present, int min, int max) {}
}
