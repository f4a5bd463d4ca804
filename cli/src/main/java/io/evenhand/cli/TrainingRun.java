package io.evenhand.cli;

import io.evenhand.kit.process.Fatal;
import io.evenhand.kit.value.Address;
import io.evenhand.node.store.DataDirectory;
import io.evenhand.node.store.NodeKeys;
import io.evenhand.node.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntBiFunction;

/// Real commands in one process, for an AOT cache that the build makes: what they load and link,
/// every later start finds ready. They work in a folder of their own, show nothing, and need no
/// network but the loopback interface. Most fail, as there is nothing to do, which does not matter
/// here.
///
/// All of a cache is loaded at each start. So there are two: a small one for commands that only
/// look something up, and one with what servers and customers need.
public final class TrainingRun {
    /// Nothing listens there, so it is refused at once.
    private static final String NO_CHAIN = "http://127.0.0.1:1";

    private static final List<String> SHORT =
            List.of("list", "list --json", "show 00", "--help", "--version");

    private static final List<String> LONG =
            List.of("init", "list", "verify none.asice", "resume", "deploy --rpc " + NO_CHAIN);

    /// The server ends as soon as it said that it listens.
    private static final String SERVER =
            "stamper --listen 127.0.0.1:0 --metrics 127.0.0.1:0 --json";

    private final ToIntBiFunction<Shell, String[]> program;
    private final Path home;

    private TrainingRun(ToIntBiFunction<Shell, String[]> program, Path home) {
        this.program = program;
        this.home = home;
    }

    /// @param args a folder, and `servers` if it is for those
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        Path folder = Path.of(args[0]);
        if (args.length == 1) {
            of(folder, Main::run, List.of("init"));
            // A journal without an exchange: only servers and customers begin one.
            NodeKeys keys = NodeKeys.load(DataDirectory.identityFile(folder), Optional.empty());
            Store.open(folder, keys, InstantSource.system()).close();
            of(folder, Main::run, SHORT);
        } else {
            ofServers(folder);
        }
        // As a process does it, to its end.
        Main.main(new String[] {"list", "--home", folder.toString()});
    }

    /// Runs commands.
    ///
    /// @param program runs one of them
    public static void of(
            Path folder, ToIntBiFunction<Shell, String[]> program, List<String> commands) {
        Fatal.install();
        commands.forEach(new TrainingRun(program, folder)::run);
    }

    private static void ofServers(Path folder) {
        of(folder, Main::run, LONG);
        TrainingRun training = new TrainingRun(Main::run, folder);
        training.run(SERVER, training::stop);
        training.configure();
        training.run("doctor");
    }

    private void run(String words) {
        run(words, _ -> {});
    }

    /// @param heard gets each line that it prints
    private void run(String words, Consumer<String> heard) {
        PrintStream stream = new PrintStream(new Unseen(heard), true, StandardCharsets.UTF_8);
        Shell shell = new Shell(stream, stream, Map.of("EVENHAND_HOME", home.toString()));
        String[] split =
                Arrays.stream(words.split(" ")).filter(w -> !w.isEmpty()).toArray(String[]::new);
        int _ = program.applyAsInt(shell, split);
    }

    /// As Ctrl-C would, as soon as the server waits for that.
    private void stop(String line) {
        if (line.startsWith("{\"type\":\"listening\"")) {
            run("invite");
            Thread.currentThread().interrupt();
        }
    }

    /// A chain that is not there.
    private void configure() {
        Config.Chain chain =
                new Config.Chain(
                        List.of(NO_CHAIN),
                        1,
                        Optional.of(Address.parse("0x" + "00".repeat(20))),
                        Config.Pace.LOCAL);
        new Config(Optional.of(chain)).save(home.resolve("config.yaml"));
    }

    /// Takes everything, and shows nothing.
    private static final class Unseen extends OutputStream {
        private final Consumer<String> heard;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Unseen(Consumer<String> heard) {
            this.heard = heard;
        }

        @Override
        public void write(int character) {
            line.write(character);
            if (character == '\n') {
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                heard.accept(text);
            }
        }
    }
}
