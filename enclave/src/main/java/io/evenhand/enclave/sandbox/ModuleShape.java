package io.evenhand.enclave.sandbox;

import io.evenhand.kit.value.Octets;
import java.util.List;

/// A module taken apart: what the metering changes as values, the rest as the bytes it came in.
///
/// @param plain the whole module without names and notes of compilers
/// @param types bodies of the type section's entries
/// @param imports bodies of the import section's entries, all of them functions of {@link Import}
/// @param functions type index of each function of the module's own
/// @param table body of the table section, empty if there is none
/// @param memory in pages; none if the module has no memory
/// @param globals bodies of the globals
/// @param judge index of the function that is exported as `judge`
/// @param elements body of the element section, empty if there is none
/// @param code body of each function of the module's own
/// @param data body of the data section, empty if there is none
/// @param dataCount whether the module counts its data segments in front of the code
record ModuleShape(
        Octets plain,
        List<Signature> types,
        List<Import> imports,
        List<Integer> importTypes,
        List<Integer> functions,
        Octets table,
        Pages memory,
        List<byte[]> globals,
        int judge,
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

    /// A function's type, as bytes of value types.
    record Signature(List<Integer> params, List<Integer> results) {}

    /// A memory from `min` to `max` pages.
    record Pages(boolean present, int min, int max) {}
}
