package io.evenhand.system.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A Java agent that ends its process exactly before or after one write of the journal, one effect
/// that is carried out, or one file that is kept or erased. The program itself knows nothing of it.
///
/// The points are counted from 1 in the order they are reached. `Runtime.halt` is to a process what
/// SIGKILL is: no hook runs, nothing is flushed or closed.
public final class CrashAgent {
    private static final ClassDesc HERE = ClassDesc.of(CrashAgent.class.getName());

    /// Where points are: methods of the program, with the local variable that names the point.
    private static final Map<String, List<Seat>> SEATS =
            Map.of(
                    "io/evenhand/node/store/Sql",
                    List.of(new Seat("run", 1, 1)),
                    "io/evenhand/node/exchange/EffectRunner",
                    List.of(new Seat("attempt", 2, 2)),
                    "io/evenhand/node/SessionFiles",
                    List.of(new Seat("keep", 2, 1), new Seat("remove", 2, 1)));

    private record Seat(String method, int parameters, int local) {}

    private static int fatal;
    private static int points;
    private static Path log = Path.of("");

    private CrashAgent() {}

    /// The options of a Java VM that dies at a point; 0 only counts.
    ///
    /// @param log gets one line for each point
    static String options(Path jar, int fatal, Path log) {
        return "-javaagent:" + jar + "=" + fatal + "," + log;
    }

    /// Writes the jar of an agent of this package.
    static Path jar(Path folder, Class<?> agent) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", agent.getName());
        Path jar = folder.resolve(agent.getSimpleName() + ".jar");
        String directory = CrashAgent.class.getPackageName().replace('.', '/') + "/";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                Stream<Path> classes = Files.list(testClasses().resolve(directory))) {
            for (Path file : classes.toList()) {
                String name = file.getFileName().toString();
                String own = agent.getSimpleName();
                if (name.equals(own + ".class") || name.startsWith(own + "$")) {
                    out.putNextEntry(new JarEntry(directory + name));
                    long _ = Files.copy(file, out);
                    out.closeEntry();
                }
            }
        }
        return jar;
    }

    private static Path testClasses() {
        return Path.of(
                CrashAgent.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    }

    /// Called by the Java VM before the program's `main`.
    public static void premain(String arguments, Instrumentation instrumentation) {
        int comma = arguments.indexOf(',');
        fatal = Integer.parseInt(arguments.substring(0, comma));
        log = Path.of(arguments.substring(comma + 1));
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        instrumentation.addTransformer(
                new ClassFileTransformer() {
                    @Override
                    public byte @Nullable [] transform(
                            @Nullable ClassLoader loader,
                            String name,
                            @Nullable Class<?> redefined,
                            @Nullable ProtectionDomain domain,
                            byte[] bytes) {
                        List<Seat> seats = SEATS.get(name);
                        if (seats == null || loader == null) {
                            return null;
                        }
                        byte[] changed = bytes;
                        for (Seat seat : seats) {
                            changed = seated(loader, seat, changed);
                        }
                        return changed;
                    }
                });
    }

    private static byte[] seated(ClassLoader loader, Seat seat, byte[] bytes) {
        ClassFile format =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(loader)));
        return format.transformClass(
                format.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        method -> isSeat(method, seat), tolling(seat)));
    }

    /// The method of this name with so many parameters.
    private static boolean isSeat(MethodModel method, Seat seat) {
        return method.methodName().equalsString(seat.method())
                && method.methodTypeSymbol().parameterCount() == seat.parameters();
    }

    private static CodeTransform tolling(Seat seat) {
        return new CodeTransform() {
            @Override
            public void atStart(CodeBuilder code) {
                toll(code, seat, "before");
            }

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (element instanceof ReturnInstruction) {
                    toll(code, seat, "after");
                }
                code.with(element);
            }
        };
    }

    private static void toll(CodeBuilder code, Seat seat, String when) {
        code.aload(seat.local())
                .invokestatic(
                        HERE,
                        when,
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object));
    }

    public static void before(Object what) {
        reach("before ", what);
    }

    public static void after(Object what) {
        reach("after ", what);
    }

    private static synchronized void reach(String when, Object what) {
        boolean sql = what instanceof String;
        if (sql && !what.equals("COMMIT")) {
            return;
        }
        points++;
        String kind = what.getClass().getSimpleName();
        String name = sql ? "commit" : kind.equals("SessionKey") ? "files" : kind;
        try {
            Files.writeString(
                    log,
                    points + " " + when + name + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (points == fatal) {
            Runtime.getRuntime().halt(137);
        }
    }
}
