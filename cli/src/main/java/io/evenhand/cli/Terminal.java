package io.evenhand.cli;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;

/// Whether standard output is a terminal on which a line can be rewritten, and how wide it is.
///
/// The system is asked, as the JDK knows no width, and calls a process whose input is no terminal
/// none at all. It is asked each time: a window changes its size.
interface Terminal {
    int USUAL = 80;

    /// No terminal, or one that can only print.
    Terminal NONE = () -> 0;

    /// Columns of it; 0 if there is none.
    int columns();

    /// That of standard output.
    static Terminal ofProcess(Map<String, String> environment) {
        String kind = environment.getOrDefault("TERM", "dumb");
        if (kind.isEmpty() || kind.equals("dumb")) {
            return NONE;
        }
        int told = told(environment);
        return () -> WindowSize.columns(told);
    }

    /// What to believe of a terminal that does not know its own width.
    private static int told(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(columns) : USUAL;
    }

    /// `ioctl(1, TIOCGWINSZ, &size)`, which fails for what is no terminal.
    final class WindowSize {
        private static final int STANDARD_OUTPUT = 1;
        private static final long ON_LINUX = 0x5413L;
        private static final long ON_MAC = 0x40087468L;

        /// Four numbers of 16 bits: rows, columns, and both in pixels.
        private static final long BYTES = 8;

        private static final long COLUMNS_AT = 2;

        private static final Optional<MethodHandle> IOCTL = ioctl();

        private WindowSize() {}

        private static Optional<MethodHandle> ioctl() {
            Linker linker = Linker.nativeLinker();
            AddressLayout pointer = ValueLayout.ADDRESS;
            return linker.defaultLookup()
                    .find("ioctl")
                    .map(ioctl ->
                            linker.downcallHandle(
                                    ioctl,
                                    FunctionDescriptor.of(
                                            ValueLayout.JAVA_INT,
                                            ValueLayout.JAVA_INT,
                                            ValueLayout.JAVA_LONG,
                                            pointer),
                                    Linker.Option.firstVariadicArg(2)));
        }

        static int columns(int told) {
            if (IOCTL.isEmpty()) {
                return 0;
            }
            MethodHandle ioctl = IOCTL.get();
            boolean isMac = System.getProperty("os.name").startsWith("Mac");
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment size = arena.allocate(BYTES, Long.BYTES);
                int failed =
                        (int) ioctl.invokeExact(STANDARD_OUTPUT, isMac ? ON_MAC : ON_LINUX, size);
                int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, COLUMNS_AT));
                return failed != 0 ? 0 : columns == 0 ? told : columns;
            } catch (Error | RuntimeException e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
