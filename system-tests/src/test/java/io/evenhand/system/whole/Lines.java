package io.evenhand.system.whole;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Protocols;
import io.evenhand.cli.command.CliProtocol;
import io.evenhand.demo.Demos;
import io.evenhand.demo.Main;
import io.evenhand.demo.command.DemoProtocol;
import io.evenhand.system.payfirst.PayFirstMain;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;

/// What the program promises of its lines with `--json`. Every line that a test hears is held to
/// it.
public final class Lines {
    private static final Schema SCHEMA = schema();

    private Lines() {}

    /// Of the program of a source tree, and of the protocol that only tests have.
    private static Schema schema() {
        List<URL> files = new ArrayList<>(ofProgram());
        files.add(LineSchema.file(PayFirstMain.class));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(LineSchema.of(files).json().toString());
    }

    /// Of what is installed.
    public static List<URL> ofInstalled() {
        List<URL> files = new ArrayList<>();
        files.add(LineSchema.SHARED);
        Protocols.ALL.stream().map(CliProtocol::lines).forEach(files::add);
        return List.copyOf(files);
    }

    /// Of the program of a source tree, which has a demo and benches too.
    public static List<URL> ofProgram() {
        List<URL> files = new ArrayList<>(ofInstalled());
        files.add(LineSchema.file(Main.class));
        Demos.ALL.stream().map(DemoProtocol::lines).forEach(files::add);
        return List.copyOf(files);
    }

    /// What is wrong with a line; empty if nothing is.
    public static List<String> faults(JsonNode line) {
        return SCHEMA.validate(line.toString(), InputFormat.JSON).stream()
                .map(fault -> fault.getInstanceLocation() + " " + fault.getMessage() + ": " + line)
                .toList();
    }
}
