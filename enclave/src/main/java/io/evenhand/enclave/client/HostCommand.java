package io.evenhand.enclave.client;

import io.evenhand.enclave.host.GuestHost;
import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.process.Loop;
import io.evenhand.kit.value.Bytes32;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import run.endive.compiler.MachineFactoryCompiler;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;

/// How a guest host or an enclave is started: nothing of the node's surroundings reaches it.
final class HostCommand {
    /// MiB of heap: the largest hidden labels take 116 and 52 more while they are sorted, the
    /// largest module's memory 64 and as much again while it grows.
    static final int HEAP_MIB = 192;

    /// One class of each jar that a host needs.
    static final List<Class<?>> PARTS =
            List.of(
                    GuestHost.class,
                    Bytes32.class,
                    Parser.class,
                    Instance.class,
                    MachineFactoryCompiler.class);

    /// The same of what the engine's compiler stands on.
    static final List<String> OTHERS =
            List.of(
                    "org.objectweb.asm.ClassWriter",
                    "org.objectweb.asm.commons.InstructionAdapter",
                    "org.objectweb.asm.tree.ClassNode",
                    "org.objectweb.asm.tree.analysis.Analyzer",
                    "org.objectweb.asm.util.CheckClassAdapter");

    /// Options of every host.
    private static final List<String> EVERY =
            List.of(
                    "-XX:+UseSerialGC",
                    // A function of a module may be a large method, and is paid for as if compiled.
                    "-XX:-DontCompileHugeMethods",
                    // The most Java code that a module may become takes 12 MiB of classes and 10 of
                    // compiled code, an enclave's own classes 16.
                    "-XX:MaxMetaspaceSize=64m",
                    "-XX:ReservedCodeCacheSize=48m",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:-HeapDumpOnOutOfMemoryError",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:+SuppressFatalErrorMessage",
                    "-XX:-UsePerfData",
                    "-XX:+DisableAttachMechanism",
                    // Standard output is for frames.
                    "-XX:+DisplayVMOutputToStderr",
                    "-Xlog:disable");

    /// A kernel ends a child with the thread that started it: this one lives as long as the node.
    static final ExecutorService STARTER = Loop.JUDGE.inOrder();

    private HostCommand() {}

    /// @param heapMib for its objects; {@link #HEAP_MIB} but in tests
    static Process start(int heapMib) throws IOException {
        return start(GuestHost.class, options(heapMib), classPath());
    }

    /// Starts a process with the same surroundings: none.
    ///
    /// @param options of its VM, beside those of every host
    static Process start(Class<?> main, List<String> options, Set<String> classPath)
            throws IOException {
        Future<Process> starting = STARTER.submit(() -> builder(main, options, classPath).start());
        try {
            return starting.get();
        } catch (ExecutionException e) {
            Fatal.endIfError(e);
            throw new IOException("a host cannot be started: " + e.getCause(), e);
        } catch (InterruptedException e) {
            // In order, so after it has started: nobody else will ever hear of it.
            STARTER.execute(() -> {
                if (starting.state() == Future.State.SUCCESS) {
                    starting.resultNow().destroyForcibly();
                }
            });
            Thread.currentThread().interrupt();
            throw new IOException("stopped while a host was started", e);
        }
    }

    private static ProcessBuilder builder(
            Class<?> main, List<String> options, Set<String> classPath) {
        List<String> command = new ArrayList<>(Fences.here().command());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(EVERY);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
        command.add(main.getName());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        // Options for Java VMs, agents and passwords of the node's own surroundings stay outside.
        builder.environment().clear();
        // Names of folders in the class path may have any letters.
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.directory(new File("/"));
        return builder;
    }

    private static List<String> options(int heapMib) {
        return List.of(
                "-Xmx" + heapMib + "m",
                // Nearly all of it is for arrays that live as long as a policy runs.
                "-Xmn8m");
    }

    /// The jars, or folders of classes, that a guest host needs and no other.
    static Set<String> classPath() {
        return places(PARTS, OTHERS);
    }

    /// @param parts one class of each jar
    /// @param others names of classes that cannot be named otherwise
    static Set<String> places(List<Class<?>> parts, List<String> others) {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> part : parts) {
            places.add(place(part));
        }
        for (String name : others) {
            try {
                places.add(place(Class.forName(name, false, Parser.class.getClassLoader())));
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("a host lacks " + name, e);
            }
        }
        return places;
    }

    private static String place(Class<?> part) {
        try {
            return Path.of(part.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no place for " + part, e);
        }
    }
}
