package io.evenhand.system.house;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.evenhand.cli.Protocols;
import io.evenhand.kit.process.ChildProcess;
import io.evenhand.kit.process.Loop;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Dependencies between the modules run down only, and the machines depend on nothing but values.
class ArchitectureTest {
    private static final JavaClasses HOUSE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.evenhand");

    /// What a machine may use of the JDK: values and collections.
    private static final String[] PURE = {
        "java.lang",
        "java.lang.invoke",
        "java.lang.runtime",
        "java.lang.annotation",
        "java.math",
        "java.util",
        "java.util.function",
        "java.util.stream"
    };

    /// Classes of those packages through which the world comes in.
    private static final Set<String> WORLD =
            Set.of(
                    "java.lang.Thread",
                    "java.lang.ThreadLocal",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.Runtime",
                    "java.util.Random",
                    "java.util.UUID",
                    "java.util.Date",
                    "java.util.Timer",
                    "java.util.Scanner",
                    "java.util.Locale");

    /// Every protocol there is or will be, each in a package and a module of its own.
    private static final String PROTOCOLS = "io.evenhand.protocols..";

    /// What of the explorer serves every protocol; each protocol's model is a package beside these.
    private static final String[] EXPLORER = {
        "io.evenhand.simulation",
        "io.evenhand.simulation.chain",
        "io.evenhand.simulation.escrow",
        "io.evenhand.simulation.machines",
        "io.evenhand.simulation.meter",
        "io.evenhand.simulation.search",
        "io.evenhand.simulation.symbolic"
    };

    @Test
    @DisplayName("dependencies run down only, and neighbours do not know each other")
    void layers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("kit")
                .definedBy("io.evenhand.kit..")
                .layer("protocols")
                .definedBy(PROTOCOLS)
                .layer("enclave")
                .definedBy("io.evenhand.enclave..")
                .layer("programs")
                .definedBy("io.evenhand.programs..")
                .layer("ledger")
                .definedBy("io.evenhand.ledger..")
                .layer("node")
                .definedBy("io.evenhand.node..")
                .layer("simulation")
                .definedBy("io.evenhand.simulation..")
                .layer("cli")
                .definedBy("io.evenhand.cli..")
                .layer("demo")
                .definedBy("io.evenhand.demo..")
                .whereLayer("demo")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("cli")
                .mayOnlyBeAccessedByLayers("demo")
                .whereLayer("simulation")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("node")
                .mayOnlyBeAccessedByLayers("cli", "demo")
                .whereLayer("ledger")
                .mayOnlyBeAccessedByLayers("node", "cli", "demo")
                .whereLayer("enclave")
                .mayOnlyBeAccessedByLayers("programs", "node", "cli", "demo")
                .whereLayer("programs")
                .mayOnlyBeAccessedByLayers("node", "cli", "demo")
                .whereLayer("protocols")
                .mayOnlyBeAccessedByLayers("simulation", "enclave", "node", "cli", "demo")
                .check(HOUSE);
    }

    @Test
    @DisplayName("the protocols reach no clock, randomness, network, file, thread or database")
    void pure() {
        classes()
                .that()
                .resideInAPackage(PROTOCOLS)
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.describe(
                                "are values",
                                type ->
                                        type.getBaseComponentType().isPrimitive()
                                                || isPure(type.getBaseComponentType())))
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage(PROTOCOLS)
                .should()
                .callMethodWhere(
                        DescribedPredicate.describe(
                                "reads a clock or the surroundings",
                                call ->
                                        call.getTargetOwner().isEquivalentTo(System.class)
                                                && !call.getName().equals("arraycopy")))
                .check(HOUSE);
    }

    @Test
    @DisplayName("no protocol knows another one")
    void strangers() {
        slices().matching("io.evenhand.protocols.(*)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
    }

    private static final String NODE = "io.evenhand.node";

    /// What a node shares between protocols, beside its own package.
    private static final Set<String> SHARED =
            Set.of("exchange", "peer", "evm", "store", "transport", "stream", "metrics");

    @Test
    @DisplayName("what nodes share knows no protocol, and no protocol's own part of the node")
    void core() {
        noClasses()
                .that(DescribedPredicate.describe("are shared", type -> isShared(type)))
                .should()
                .dependOnClassesThat(belongToOneProtocol())
                .check(HOUSE);
        slices().matching("io.evenhand.node.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    private static DescribedPredicate<JavaClass> belongToOneProtocol() {
        return resideInAPackage(PROTOCOLS)
                .or(
                        resideInAPackage(NODE + "..")
                                .and(
                                        DescribedPredicate.describe(
                                                "belong to one protocol",
                                                type -> !isShared(type))));
    }

    /// Whatever else is in the node belongs to a protocol, so that a new one is guarded, too.
    private static boolean isShared(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(NODE)
                || (name.startsWith(NODE + ".")
                        && SHARED.contains(name.substring(NODE.length() + 1).split("\\.", -1)[0]));
    }

    @Test
    @DisplayName("in the node, peers and chain stand on the core, the core on store and transport")
    void nodeLayers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("base")
                .definedBy("io.evenhand.node")
                .layer("store")
                .definedBy("io.evenhand.node.store..")
                .layer("transport")
                .definedBy("io.evenhand.node.transport..")
                .layer("stream")
                .definedBy("io.evenhand.node.stream..")
                .layer("exchange")
                .definedBy("io.evenhand.node.exchange..")
                .layer("peer")
                .definedBy("io.evenhand.node.peer..")
                .layer("evm")
                .definedBy("io.evenhand.node.evm..")
                .whereLayer("base")
                .mayOnlyBeAccessedByLayers("exchange", "peer", "evm")
                .whereLayer("exchange")
                .mayOnlyBeAccessedByLayers("peer", "evm")
                .whereLayer("peer")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("evm")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("base", "exchange", "peer", "stream")
                .whereLayer("stream")
                .mayOnlyBeAccessedByLayers("peer")
                .whereLayer("store")
                .mayOnlyBeAccessedByLayers("base", "exchange", "peer", "evm")
                .check(HOUSE);
    }

    @Test
    @DisplayName("the explorer knows no protocol, and no protocol's model knows another one")
    void models() {
        noClasses()
                .that()
                .resideInAnyPackage(EXPLORER)
                .should()
                .dependOnClassesThat(
                        resideInAPackage(PROTOCOLS)
                                .or(
                                        resideInAPackage("io.evenhand.simulation..")
                                                .and(not(resideInAnyPackage(EXPLORER)))))
                .check(HOUSE);
        slices().matching("io.evenhand.simulation.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAnyPackage(EXPLORER))
                .check(HOUSE);
    }

    /// What of the command line serves every protocol; the commands of each are a package beside.
    private static final String[] COMMANDS = {
        "io.evenhand.cli", "io.evenhand.cli.command..", "io.evenhand.cli.doctor.."
    };

    private static final String VERIFY = "io.evenhand.cli.evidence..";

    @Test
    @DisplayName("shared commands know no protocol; no protocol's commands know another one's")
    void commands() {
        noClasses()
                .that()
                .resideInAnyPackage(COMMANDS)
                .and()
                // The list of what is installed.
                .doNotBelongToAnyOf(Protocols.class)
                .should()
                .dependOnClassesThat(
                        belongToOneProtocol()
                                .or(
                                        resideInAPackage("io.evenhand.simulation..")
                                                .and(not(resideInAnyPackage(EXPLORER))))
                                .or(
                                        resideInAPackage("io.evenhand.cli..")
                                                .and(not(resideInAnyPackage(COMMANDS)))
                                                .and(
                                                        not(
                                                                resideInAPackage(
                                                                        "io.evenhand.cli.evidence")))))
                .check(HOUSE);
        slices().matching("io.evenhand.cli.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(alwaysTrue(), resideInAnyPackage(COMMANDS))
                .ignoreDependency(alwaysTrue(), resideInAPackage(VERIFY))
                .check(HOUSE);
    }

    @Test
    @DisplayName("the demo of a protocol knows no other one; stage and commands know none")
    void demos() {
        slices().matching("io.evenhand.demo.(*)..")
                .should()
                .notDependOnEachOther()
                .ignoreDependency(
                        DescribedPredicate.alwaysTrue(),
                        JavaClass.Predicates.resideInAnyPackage(
                                "io.evenhand.demo.stage..", "io.evenhand.demo.command.."))
                .check(HOUSE);
    }

    @Test
    @DisplayName("verify knows no protocol but those in its list, each in a package of its own")
    void verify() {
        noClasses()
                .that()
                .resideInAPackage("io.evenhand.cli.evidence")
                .should()
                .dependOnClassesThat(
                        resideInAPackage(PROTOCOLS)
                                .or(resideInAPackage("io.evenhand.cli.evidence.*.."))
                                .or(
                                        resideInAPackage(NODE + "..")
                                                .and(
                                                        DescribedPredicate.describe(
                                                                "belong to one protocol",
                                                                type -> !isShared(type)))))
                .check(HOUSE);
        slices().matching("io.evenhand.cli.evidence.(*)..")
                .should()
                .notDependOnEachOther()
                .check(HOUSE);
    }

    @Test
    @DisplayName("a protocol is a module that requires the kit alone")
    void modules() throws IOException {
        Path root = SourceTree.root();
        List<Path> protocols;
        try (Stream<Path> entries = Files.list(root.resolve("protocols"))) {
            protocols = entries.filter(p -> Files.exists(p.resolve("pom.xml"))).sorted().toList();
        }
        assertFalse(protocols.isEmpty());
        for (Path protocol : protocols) {
            Path file = protocol.resolve("target/classes/module-info.class");
            assertTrue(Files.exists(file), protocol + " has no module-info");
            try (InputStream in = Files.newInputStream(file)) {
                ModuleDescriptor module = ModuleDescriptor.read(in);
                assertEquals("io.evenhand.protocols." + protocol.getFileName(), module.name());
                Set<String> required =
                        module.requires().stream()
                                .map(ModuleDescriptor.Requires::name)
                                .collect(Collectors.toSet());
                required.removeAll(Set.of("java.base", "org.jspecify"));
                assertEquals(Set.of("io.evenhand.kit"), required, protocol.toString());
            }
        }
    }

    private static boolean isPure(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith("io.evenhand.protocols.")
                || name.startsWith("io.evenhand.kit")
                || name.startsWith("org.jspecify")
                || (List.of(PURE).contains(name) && !WORLD.contains(type.getName()));
    }

    @Test
    @DisplayName("a machine computes no hash, signature or key itself: it asks the ports of crypto")
    void cryptoPort() {
        noClasses()
                .that()
                .resideInAPackage(PROTOCOLS)
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "are real cryptography",
                                type ->
                                        type.getPackageName().equals("io.evenhand.kit.sign")
                                                && !type.getSimpleName().equals("Statement")))
                .check(HOUSE);
    }

    @Test
    @DisplayName("every thread is started by Loop, every program by ChildProcess")
    void loops() {
        noClasses()
                .that()
                .doNotBelongToAnyOf(Loop.class)
                .should()
                .callCodeUnitWhere(
                        DescribedPredicate.describe(
                                "starts a thread",
                                call ->
                                        startsThread(
                                                call.getTargetOwner().getName(), call.getName())))
                .check(HOUSE);
        noClasses()
                .that()
                .doNotBelongToAnyOf(ChildProcess.class)
                .and()
                // Guest hosts end at the end of their input, and by the kernel's hand.
                .resideOutsideOfPackage("io.evenhand.enclave.client")
                .should()
                .callCodeUnitWhere(
                        DescribedPredicate.describe(
                                "starts a program",
                                call ->
                                        Set.of("java.lang.ProcessBuilder", "java.lang.Runtime")
                                                        .contains(call.getTargetOwner().getName())
                                                && Set.of("start", "startPipeline", "exec")
                                                        .contains(call.getName())))
                .check(HOUSE);
    }

    private static boolean startsThread(String owner, String name) {
        return switch (owner) {
            case "java.lang.Thread" ->
                    Set.of("ofPlatform", "ofVirtual", "startVirtualThread", "<init>")
                            .contains(name);
            case "java.util.concurrent.Executors", "java.util.concurrent.ForkJoinPool" -> true;
            case "java.util.Timer" -> name.equals("<init>");
            case "java.util.concurrent.CompletableFuture" -> name.endsWith("Async");
            case "java.util.stream.Stream" -> name.equals("parallel");
            default -> name.equals("parallelStream");
        };
    }

    @Test
    @DisplayName("the kit opens no socket")
    void kit() {
        noClasses()
                .that()
                .resideInAPackage("io.evenhand.kit..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.sql..", "javax.net..", "java.util.logging")
                .check(HOUSE);
    }

    @Test
    @DisplayName(
            "a guest host knows no network, no database, no JSON and no other module than the kit")
    void guestHost() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.evenhand.enclave.frame..",
                        "io.evenhand.enclave.host..",
                        "io.evenhand.enclave.policy..",
                        "io.evenhand.enclave.sandbox..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.sql..",
                        "javax.net..",
                        "java.util.logging",
                        "com.fasterxml..",
                        "io.helidon..",
                        "io.evenhand.enclave.client..")
                .check(HOUSE);
        noClasses()
                .that()
                .resideInAPackage("io.evenhand.enclave..")
                .should()
                .dependOnClassesThat(
                        // The enclave of a metered session drives one of its machines.
                        resideInAPackage(PROTOCOLS)
                                .and(not(resideInAPackage("io.evenhand.protocols.metered..")))
                                .or(
                                        resideInAnyPackage(
                                                "io.evenhand.programs..",
                                                "io.evenhand.ledger..",
                                                "io.evenhand.node..",
                                                "io.evenhand.cli..",
                                                "io.evenhand.demo..")))
                .check(HOUSE);
    }

    @Test
    @DisplayName("every module is on the class path of this test")
    void present() {
        for (String module : List.of("kit", "protocols.delegation", "enclave", "cli", "demo")) {
            assertTrue(HOUSE.containPackage("io.evenhand." + module), module + " is missing");
        }
    }
}
