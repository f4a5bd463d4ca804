package io.evenhand.cli.command;

import io.evenhand.cli.CliException;
import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.delegation.evidence.Claim;
import io.evenhand.delegation.evidence.Evidence;
import io.evenhand.delegation.evidence.Verdict;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.evidence.Bundle;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.RealCrypto;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.ledger.evm.JsonRpc;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `evenhand verify`: what a bundle proves.
@Command(
        name = "verify",
        description = {
            "Say what an evidence bundle proves. Needs no keys, no configuration and no network.",
            "What happened on a chain is proved provided the named block is on that chain; --rpc asks"
                    + " a node."
        },
        footer = {
            "",
            "Examples:",
            "  evenhand verify labels.csv.asice",
            "  evenhand verify labels.csv.asice --rpc http://127.0.0.1:8545"
        })
public final class VerifyCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "BUNDLE", description = "The evidence of one party.")
    private Path file = Path.of("");

    @Option(
            names = "--rpc",
            paramLabel = "URL",
            description = "Ask this JSON-RPC node whether the blocks are on the chain.")
    private Optional<String> rpc = Optional.empty();

    public VerifyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws IOException {
        Evidence evidence;
        Verdict verdict;
        try {
            evidence =
                    Records.decode(
                            Evidence.class,
                            Bundle.read(InputFile.check("the bundle", file)).get(Evidence.ENTRY));
            verdict = Verdict.of(verifier(), evidence);
        } catch (MalformedException e) {
            throw new CliException(ExitCode.FAILED, file.getFileName() + ": " + e.getMessage(), e);
        }
        Output output = shell.output();
        verdict.claims().forEach(claim -> print(output, claim));
        List<String> faults = rpc.map(url -> onChain(url, evidence)).orElse(List.of());
        faults.forEach(fault ->
                output.event("fault", Map.of("fault", fault), "NOT ON THE CHAIN: " + fault));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("xid", verdict.xid().toString());
        fields.put("keeper", evidence.keeper().toString());
        fields.put("proved", verdict.claims().stream().map(c -> c.kind().name()).toList());
        fields.put("chainChecked", rpc.isPresent());
        fields.put("valid", faults.isEmpty());
        output.summary(
                fields,
                (faults.isEmpty() ? "valid" : "NOT VALID")
                        + ": exchange "
                        + verdict.xid()
                        + ", kept by "
                        + evidence.keeper());
        return (faults.isEmpty() ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private static List<String> onChain(String url, Evidence evidence) {
        try (JsonRpc node = JsonRpc.open(url)) {
            return ChainCheck.faults(node, evidence);
        } catch (MalformedException e) {
            throw CliException.usage("--rpc: " + e.getMessage());
        }
    }

    private static void print(Output output, Claim claim) {
        output.event(
                "claim",
                Map.of(
                        "kind", claim.kind().name(),
                        "sentence", claim.sentence(),
                        "provided", claim.provided()),
                "%-14s %s%s"
                        .formatted(
                                claim.kind(),
                                claim.sentence(),
                                claim.provided().isEmpty()
                                        ? ""
                                        : "%n%-14s provided %s".formatted("", claim.provided())));
    }

    /// Verifying uses no key: an identity for this call, and no secrets.
    private static RealCrypto verifier() {
        return new RealCrypto(
                new Ed25519Identity(Secret32.random(new SecureRandom())),
                handle -> {
                    throw new IllegalStateException(handle + ": a verifier holds no secrets");
                });
    }
}
