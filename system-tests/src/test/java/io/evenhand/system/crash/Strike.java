package io.evenhand.system.crash;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import org.jspecify.annotations.Nullable;

/// A Java agent that throws an `Error` in the middle of one loop of the program, once a file tells
/// it to. The program itself knows nothing of it. The agent uses no class of the program, because
/// the launcher script first tries the options on a virtual machine without the program.
public final class Strike {
    private static final ClassDesc HERE = ClassDesc.of(Strike.class.getName());

    private static Path armed = Path.of("");
    private static String error = "";

    private Strike() {}

    /// A method that a loop calls in each of its turns.
    record Seat(String owner, String method) {}

    /// The options of a Java VM in which a loop breaks.
    ///
    /// @param error the name of a class, such as `java.lang.OutOfMemoryError`
    /// @param armed from the moment this file exists
    static String options(Path jar, Seat seat, String error, Path armed) {
        return "-javaagent:%s=%s,%s,%s,%s"
                .formatted(jar, seat.owner(), seat.method(), error, armed);
    }

    /// Called by the Java VM before the program's `main`.
    public static void premain(String arguments, Instrumentation instrumentation) {
        String[] words = arguments.split(",", 4);
        Seat seat = new Seat(words[0], words[1]);
        error = words[2];
        armed = Path.of(words[3]);
        instrumentation.addTransformer(
                new ClassFileTransformer() {
                    @Override
                    public byte @Nullable [] transform(
                            @Nullable ClassLoader loader,
                            String name,
                            @Nullable Class<?> redefined,
                            @Nullable ProtectionDomain domain,
                            byte[] bytes) {
                        return loader != null && name.equals(seat.owner())
                                ? struck(loader, seat.method(), bytes)
                                : null;
                    }
                });
    }

    private static byte[] struck(ClassLoader loader, String method, byte[] bytes) {
        ClassFile format =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(loader)));
        CodeTransform first =
                new CodeTransform() {
                    @Override
                    public void atStart(CodeBuilder code) {
                        code.invokestatic(HERE, "turn", MethodTypeDesc.of(ConstantDescs.CD_void));
                    }

                    @Override
                    public void accept(CodeBuilder code, CodeElement element) {
                        code.with(element);
                    }
                };
        return format.transformClass(
                format.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        m -> m.methodName().equalsString(method), first));
    }

    /// Called at every turn of the loop.
    public static void turn() throws ReflectiveOperationException {
        if (Files.exists(armed)) {
            throw Class.forName(error)
                    .asSubclass(Error.class)
                    .getConstructor(String.class)
                    .newInstance("struck");
        }
    }
}
