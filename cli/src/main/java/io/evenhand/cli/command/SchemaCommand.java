package io.evenhand.cli.command;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.LineSchema;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `evenhand schema`: what `--json` prints.
@Command(
        name = "schema",
        description = {
            "Print the JSON Schema of what commands print with --json.",
            "Every line is one object, which the schema describes by its type."
        },
        footer = {"", "Example:", "  evenhand schema > evenhand.schema.json"})
public final class SchemaCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Shell shell;
    private final List<URL> files;

    /// @param files the lines that there are
    public SchemaCommand(Shell shell, List<URL> files) {
        this.shell = shell;
        this.files = List.copyOf(files);
    }

    @Override
    public Integer call() {
        Output output = shell.output();
        ObjectNode schema = LineSchema.of(files).json();
        output.summary(
                Map.of(
                        "schema",
                        JSON.convertValue(schema, new TypeReference<Map<String, Object>>() {})),
                schema.toPrettyString());
        return ExitCode.OK.code();
    }
}
