package io.evenhand.enclave.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A small assembler for modules, valid and hostile ones alike. Sections left empty are left out.
final class TestModule {
    static final int I32 = 0x7f;
    static final int I64 = 0x7e;
    static final int F32 = 0x7d;
    static final int F64 = 0x7c;

    /// Type 0 is that of judge, type 1 that of the read functions.
    private final Section types = new Section();

    private final Section imports = new Section();
    private final Section functions = new Section();
    private final Section tables = new Section();
    private final Section memories = new Section();
    private final Section globals = new Section();
    private final Section exports = new Section();
    private final Section elements = new Section();
    private final Section code = new Section();
    private final Section data = new Section();
    private final List<Consumer<WasmWriter>> extra = new ArrayList<>();
    private int imported;

    TestModule() {
        int _ = type(List.of(I64, I64), List.of(I32));
        int _ = type(List.of(I64, I32, I32), List.of(I32));
    }

    private static final class Section {
        private final WasmWriter body = new WasmWriter();
        private int count;

        WasmWriter next() {
            count++;
            return body;
        }

        void write(WasmWriter out, int id) {
            if (count > 0) {
                out.u8(id).sized(new WasmWriter().u32(count).all(body));
            }
        }
    }

    int type(List<Integer> params, List<Integer> results) {
        WasmWriter type = types.next().u8(0x60).u32(params.size());
        params.forEach(type::u8);
        type.u32(results.size());
        results.forEach(type::u8);
        return types.count - 1;
    }

    int importFunction(String module, String name, int type) {
        imports.next().name(module).name(name).u8(0).u32(type);
        return imported++;
    }

    int readWork() {
        return importFunction("evenhand", "read_work", 1);
    }

    /// A function whose `locals` are pairs of count and type; the body gets its last `end` here.
    int function(int type, List<Integer> locals, Consumer<WasmWriter> body) {
        WasmWriter text = new WasmWriter().u32(locals.size() / 2);
        for (int i = 0; i < locals.size(); i += 2) {
            text.u32(locals.get(i)).u8(locals.get(i + 1));
        }
        body.accept(text);
        return raw(type, text.u8(Op.END));
    }

    int raw(int type, WasmWriter body) {
        functions.next().u32(type);
        code.next().sized(body);
        return imported + functions.count - 1;
    }

    /// Adds `judge` and exports it.
    TestModule judge(List<Integer> locals, Consumer<WasmWriter> body) {
        return export("judge", function(0, locals, body));
    }

    TestModule export(String name, int function) {
        exports.next().name(name).u8(0).u32(function);
        return this;
    }

    TestModule memory(int min, int max) {
        memories.next().u8(1).u32(min).u32(max);
        return this;
    }

    TestModule memoryRaw(int... bytes) {
        memories.next().u8(bytes);
        return this;
    }

    TestModule table(int size) {
        tables.next().u8(0x70, 0).u32(size);
        return this;
    }

    TestModule element(int at, int... functions) {
        elements.next().u32(0).u8(Op.I32_CONST).signed(at).u8(Op.END).u32(functions.length);
        for (int function : functions) {
            elements.body.u32(function);
        }
        return this;
    }

    int global(int type, long value) {
        WasmWriter global = globals.next().u8(type, 1);
        switch (type) {
            case I32 -> global.u8(Op.I32_CONST).signed(value);
            case I64 -> global.u8(Op.I64_CONST).signed(value);
            case F32 -> global.u8(Op.F32_CONST).littleEndian(value, 4);
            default -> global.u8(Op.F64_CONST).littleEndian(value, 8);
        }
        global.u8(Op.END);
        return globals.count - 1;
    }

    TestModule data(int at, byte[] bytes) {
        data.next().u32(0).u8(Op.I32_CONST).signed(at).u8(Op.END).sized(bytes);
        return this;
    }

    TestModule passive(byte[] bytes) {
        data.next().u32(1).sized(bytes);
        return this;
    }

    /// A section of any kind at the end.
    TestModule section(int id, WasmWriter body) {
        extra.add(out -> out.u8(id).sized(body));
        return this;
    }

    byte[] bytes() {
        WasmWriter out = new WasmWriter().u8(0, 'a', 's', 'm', 1, 0, 0, 0);
        types.write(out, 1);
        imports.write(out, 2);
        functions.write(out, 3);
        tables.write(out, 4);
        memories.write(out, 5);
        globals.write(out, 6);
        exports.write(out, 7);
        elements.write(out, 9);
        if (data.count > 0) {
            out.u8(12).sized(new WasmWriter().u32(data.count));
        }
        code.write(out, 10);
        data.write(out, 11);
        extra.forEach(section -> section.accept(out));
        return out.toByteArray();
    }
}
