package io.evenhand.enclave.sandbox;

import io.evenhand.enclave.sandbox.ModuleRules.Kind;
import io.evenhand.enclave.sandbox.ModuleRules.Wanted;
import io.evenhand.enclave.sandbox.ModuleShape.Export;
import io.evenhand.enclave.sandbox.ModuleShape.Import;
import io.evenhand.enclave.sandbox.ModuleShape.Pages;
import io.evenhand.enclave.sandbox.ModuleShape.Signature;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Takes a module apart and refuses what the sandbox does not run: every feature beyond WebAssembly
/// 1.0 with sign extension, saturating conversion and bulk memory, every import but those of its
/// {@link ModuleRules kind}, and whatever is larger than {@link GuestLimits}.
///
/// It checks form and sizes in one linear pass; that the code is valid is the engine's to say,
/// which this protects from modules made to exhaust it.
final class ModuleReader {
    private static final int I32 = 0x7f;
    private static final int I64 = 0x7e;

    private static final Signature READ = new Signature(List.of(I64, I32, I32), List.of(I32));

    private final ModuleRules rules;
    private final WasmWriter plain = new WasmWriter();
    private final List<Signature> types = new ArrayList<>();
    private final List<Import> imports = new ArrayList<>();
    private final List<Integer> importTypes = new ArrayList<>();
    private final List<Integer> functions = new ArrayList<>();
    private Octets table = new Octets(new byte[0]);
    private Pages memory = new Pages(false, 0, 0);
    private final List<byte[]> globals = new ArrayList<>();
    private final Map<String, Integer> exports = new HashMap<>();
    private Octets elements = new Octets(new byte[0]);
    private final List<byte[]> code = new ArrayList<>();
    private Octets data = new Octets(new byte[0]);
    private OptionalInt dataCount = OptionalInt.empty();
    private int segments;

    private ModuleReader(ModuleRules rules) {
        this.rules = rules;
    }

    /// A policy.
    ///
    /// @throws MalformedException with one line that names what is wrong and the limit
    static ModuleShape read(byte[] module) {
        return read(module, ModuleRules.POLICY);
    }

    /// @throws MalformedException with one line that names what is wrong and the limit
    static ModuleShape read(byte[] module, ModuleRules rules) {
        if (module.length > rules.maxBytes()) {
            String wayOut =
                    switch (rules.kind()) {
                        case POLICY -> "put tables into the hidden data and ";
                        case PROGRAM -> "";
                    };
            throw new MalformedException(
                    "a module of "
                            + module.length
                            + " bytes, at most "
                            + rules.maxBytes()
                            + "; "
                            + wayOut
                            + "strip names (wasm-ld -s)");
        }
        ModuleReader reader = new ModuleReader(rules);
        reader.sections(module);
        return reader.shape();
    }

    private ModuleShape shape() {
        if (code.size() != functions.size()) {
            throw new MalformedException("the module has functions without code");
        }
        if (dataCount.isPresent() && dataCount.getAsInt() != segments) {
            throw new MalformedException("the module's count of data segments is wrong");
        }
        List<Export> found = new ArrayList<>();
        for (Wanted wanted : rules.kind().exports()) {
            exported(wanted).ifPresent(function -> found.add(new Export(wanted.name(), function)));
        }
        if (!imports.isEmpty() && !memory.present()) {
            throw new MalformedException("a module that reads needs a memory to read into");
        }
        if (rules.kind() == Kind.PROGRAM && !memory.present()) {
            throw new MalformedException("a program needs a memory that its state is written to");
        }
        return new ModuleShape(
                rules.kind(),
                new Octets(plain.toByteArray()),
                types,
                imports,
                importTypes,
                functions,
                table,
                memory,
                globals,
                List.copyOf(found),
                elements,
                code,
                data,
                segments,
                dataCount.isPresent());
    }

    /// The number of a function that is exported as it should be.
    private Optional<Integer> exported(Wanted wanted) {
        Integer function = exports.get(wanted.name());
        if (function == null && !wanted.required()) {
            return Optional.empty();
        }
        if (function == null) {
            throw new MalformedException(
                    "no exported function " + wanted.name() + wanted.type() + " in the module");
        }
        if (!signature(function).filter(wanted.type()::equals).isPresent()) {
            throw new MalformedException(
                    wanted.name() + " must be a function " + wanted.type() + " of its own");
        }
        return Optional.of(function);
    }

    private Optional<Signature> signature(int function) {
        int own = function - imports.size();
        return own < 0 || own >= functions.size()
                ? Optional.empty()
                : Optional.of(types.get(functions.get(own)));
    }

    private void sections(byte[] module) {
        WasmReader in = new WasmReader(module, 0, module.length);
        if (module.length < 8
                || in.u8() != 0
                || in.u8() != 'a'
                || in.u8() != 's'
                || in.u8() != 'm') {
            throw new MalformedException("not a WebAssembly module (it must begin with \\0asm)");
        }
        if (in.u8() != 1 || in.u8() != 0 || in.u8() != 0 || in.u8() != 0) {
            throw new MalformedException("not a module of WebAssembly version 1");
        }
        plain.u8(0, 'a', 's', 'm', 1, 0, 0, 0);
        int last = 0;
        while (!in.atEnd()) {
            int id = in.u8();
            WasmReader section = in.part();
            if (id == 0) {
                continue; // names and notes of compilers: nobody reads them, the engine neither
            }
            plain.u8(id).sized(section.rest());
            int order = order(id);
            if (order <= last) {
                throw new MalformedException("the module's sections are out of order");
            }
            last = order;
            section(id, section);
        }
    }

    /// The count of data segments comes before the code, whatever its number.
    private int order(int id) {
        return switch (id) {
            case 12 -> 19;
            case 8 -> throw new MalformedException("the module has a start function" + instead());
            case 13 -> throw new MalformedException("the sandbox takes no exceptions (tags)");
            default -> id * 2;
        };
    }

    private String instead() {
        return switch (rules.kind()) {
            case POLICY -> "; let judge call it instead";
            case PROGRAM -> "; let load call it instead (link with --no-entry)";
        };
    }

    private void section(int id, WasmReader in) {
        switch (id) {
            case 1 -> each(in, GuestLimits.MAX_TYPES, "types", this::type);
            case 2 -> each(in, Import.values().length, "imports", this::imported);
            case 3 ->
                    each(
                            in,
                            GuestLimits.MAX_FUNCTIONS,
                            "functions",
                            f -> functions.add(f.count(types.size() - 1, "is no type; types")));
            case 4 -> {
                table = new Octets(in.rest());
                each(in, 1, "tables", ModuleReader::table);
            }
            case 5 -> each(in, 1, "memories", this::memory);
            case 6 -> each(in, GuestLimits.MAX_GLOBALS, "globals", this::global);
            case 7 -> each(in, GuestLimits.MAX_EXPORTS, "exports", this::export);
            case 9 -> {
                elements = new Octets(in.rest());
                each(in, GuestLimits.MAX_SEGMENTS, "element segments", ModuleReader::element);
            }
            case 10 -> code(in);
            case 11 -> {
                data = new Octets(in.rest());
                each(in, GuestLimits.MAX_SEGMENTS, "data segments", this::segment);
            }
            case 12 ->
                    dataCount = OptionalInt.of(in.count(GuestLimits.MAX_SEGMENTS, "data segments"));
            default -> throw new MalformedException("a section of an unknown kind " + id);
        }
        in.end("section " + id + " of the module");
    }

    private void code(WasmReader in) {
        int bytes = in.rest().length;
        if (bytes > rules.kind().code) {
            throw new MalformedException(
                    bytes
                            + " bytes of code, at most "
                            + rules.kind().code
                            + "; the rest is for data");
        }
        each(in, functions.size(), "bodies", c -> code.add(c.part().rest()));
    }

    /// Reads one entry of a list.
    private interface Part {
        void read(WasmReader in);
    }

    private static void each(WasmReader in, int limit, String what, Part part) {
        int count = in.count(limit, what);
        for (int i = 0; i < count; i++) {
            part.read(in);
        }
    }

    private void type(WasmReader in) {
        if (in.u8() != 0x60) {
            throw new MalformedException("the sandbox takes function types only (no GC)");
        }
        types.add(
                new Signature(
                        values(in, GuestLimits.MAX_PARAMS, "parameters"),
                        values(in, 1, "results")));
    }

    private static List<Integer> values(WasmReader in, int limit, String what) {
        List<Integer> list = new ArrayList<>();
        each(in, limit, what, v -> list.add(number(v)));
        return List.copyOf(list);
    }

    private static int number(WasmReader in) {
        int type = in.u8();
        if (type < 0x7c || type > I32) {
            throw new MalformedException("the sandbox takes i32, i64, f32 and f64 only");
        }
        return type;
    }

    private void imported(WasmReader in) {
        String module = in.name();
        String name = in.name();
        if (rules.kind() == Kind.PROGRAM) {
            throw new MalformedException(
                    "forbidden import "
                            + shown(module)
                            + "."
                            + shown(name)
                            + ": a program imports nothing");
        }
        int kind = in.u8();
        for (Import known : Import.values()) {
            if (kind == 0 && module.equals(Import.MODULE) && name.equals(known.text)) {
                int type = in.count(types.size() - 1, "is no type; types");
                if (!types.get(type).equals(READ) || imports.contains(known)) {
                    throw new MalformedException(
                            name + " is imported once, as (i64, i32, i32) -> i32");
                }
                imports.add(known);
                importTypes.add(type);
                return;
            }
        }
        throw new MalformedException(
                "forbidden import "
                        + shown(module)
                        + "."
                        + shown(name)
                        + ": a policy imports evenhand.read_work and evenhand.read_hidden only");
    }

    private static String shown(String name) {
        String printable = name.replaceAll("[^\\x21-\\x7e]", "?");
        return printable.length() > 40 ? printable.substring(0, 40) + "…" : printable;
    }

    private static void table(WasmReader in) {
        if (in.u8() != 0x70) {
            throw new MalformedException("the sandbox takes a table of functions only");
        }
        int flags = in.u8();
        if (flags > 1) {
            throw new MalformedException("a table's limits have 32 bits");
        }
        int _ = in.count(GuestLimits.MAX_TABLE, "entries in the table");
        if (flags == 1) {
            int _ = in.u32();
        }
    }

    private void memory(WasmReader in) {
        int flags = in.u8();
        if (flags > 1) {
            throw new MalformedException("the sandbox takes no shared and no 64-bit memory");
        }
        int min = in.count(rules.maxPages(), "pages of memory");
        int max = flags == 1 ? in.u32() : rules.maxPages();
        if (max < 0 || max > rules.maxPages()) {
            max = rules.maxPages();
        }
        memory = new Pages(true, min, max);
    }

    private void global(WasmReader in) {
        int from = in.position();
        int _ = number(in);
        if (in.u8() > 1) {
            throw new MalformedException("a global is mutable or not");
        }
        constant(in);
        globals.add(in.since(from));
    }

    /// An initial value. It names no other global: none can be imported.
    private static void constant(WasmReader in) {
        switch (in.u8()) {
            case 0x41 -> in.skipSigned(5);
            case 0x42 -> in.skipSigned(10);
            case 0x43 -> in.advance(4);
            case 0x44 -> in.advance(8);
            default -> throw new MalformedException("an initial value must be a constant");
        }
        if (in.u8() != 0x0b) {
            throw new MalformedException("an initial value must be one constant");
        }
    }

    private void export(WasmReader in) {
        String name = in.name();
        int kind = in.u8();
        int index = in.u32();
        if (kind == 0) {
            exports.put(name, index);
        }
    }

    private static void element(WasmReader in) {
        if (in.u32() != 0) {
            throw new MalformedException("the sandbox takes active lists of functions only");
        }
        constant(in);
        each(in, GuestLimits.MAX_TABLE, "entries for the table", WasmReader::u32);
    }

    private void segment(WasmReader in) {
        switch (in.u32()) {
            case 0 -> constant(in);
            // Passive: memory.init copies it.
            case 1 -> {
                if (rules.kind() == Kind.PROGRAM) {
                    throw new MalformedException(
                            "a program has no passive data segments: its first memory is all there is");
                }
            }
            case 2 -> {
                if (in.u32() != 0) {
                    throw new MalformedException("the sandbox takes one memory");
                }
                constant(in);
            }
            default -> throw new MalformedException("a data segment of an unknown kind");
        }
        in.advance(in.u32());
        segments++;
    }
}
