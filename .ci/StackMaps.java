import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.JSRInlinerAdapter;

/// Gives the classes of a jar that was compiled for Java 5 the stack maps of later ones, in place: a VM
/// verifies them faster, and takes them into an AOT cache, which it does not with older ones. What they
/// do stays the same, and the VM still verifies all of it.
///
///     java -cp JAR:ASM... StackMaps.java JAR
class StackMaps {
    static final int FIRST_WITH_STACK_MAPS = Opcodes.V1_6;
    static final int NEW = Opcodes.V1_8;

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path renewed = Files.createTempFile(jar.toAbsolutePath().getParent(), "renewed", ".tmp");
        try {
            if (renew(jar, renewed)) {
                Files.setPosixFilePermissions(renewed, Files.getPosixFilePermissions(jar));
                Files.move(renewed, jar, StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            Files.deleteIfExists(renewed);
        }
    }

    /// @return whether any class needed it
    static boolean renew(Path from, Path to) throws IOException {
        boolean needed = false;
        try (JarFile in = new JarFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                JarOutputStream out = new JarOutputStream(file)) {
            for (JarEntry entry : Collections.list(in.entries())) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class")) {
                    ClassReader reader = new ClassReader(bytes);
                    if (reader.readUnsignedShort(6) < FIRST_WITH_STACK_MAPS) {
                        bytes = renew(reader);
                        needed = true;
                    }
                }
                out.putNextEntry(new JarEntry(entry.getName()));
                out.write(bytes);
            }
        }
        return needed;
    }

    static byte[] renew(ClassReader reader) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public void visit(
                            int version, int access, String name, String signature, String parent, String[] more) {
                        super.visit(NEW, access, name, signature, parent, more);
                    }

                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String type, String signature, String[] exceptions) {
                        MethodVisitor method = super.visitMethod(access, name, type, signature, exceptions);
                        return new JSRInlinerAdapter(method, access, name, type, signature, exceptions);
                    }
                },
                ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }
}
