package io.evenhand.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.node.transport.Invite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever a user types: one line that names the thing and the way out, an exit code of its kind,
/// no stack trace, and nothing changed.
class BadInputTest extends Typing {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--wage=-1 eth | not an amount",
                "--wage=-0 eth | not an amount",
                "--wage=-1 | has no unit",
                "--wage=1e999 eth | not an amount",
                "--wage=NaN eth | not an amount",
                "--wage=Infinity wei | not an amount",
                "--wage=0 eth | above 0",
                "--wage=0.0000000000000000001 eth | not a whole number of wei",
                "--wage=1,5 eth | not an amount",
                "--wage=0x10 wei | not an amount",
                "--wage= | has no unit",
                "--wage=1 btc | \"btc\" is no unit known here; write eth, gwei or wei",
                "--wage=0.5 eht | \"eht\" is no unit known here",
                "--wage=free | not an amount",
                "--wage=\u0661 eth | not an amount",
                "--wage=1 \u202eeth | not an amount",
                "--deadline=0s | 1s to 365d",
                "--deadline=366d | 1s to 365d",
                "--deadline=-5m | not a duration",
                "--deadline= | not a duration",
                "--deadline=1e3s | not a duration",
                "--deadline=99999999999999999999s | not a duration",
                "--attempts=0 | 1 to 1000",
                "--attempts=-1 | 1 to 1000",
                "--attempts=99999999999 | --attempts",
                "--attempts=two | --attempts",
                "--max-work=5 | not a size",
                "--max-work=0 B | at least",
                "--max-work=-1 B | not a size",
                "--fund-time=soon | not a duration",
                "--provider=evenhand:1:garbage | damaged",
                "--provider=evenhand:1: | damaged",
                "--provider=evenhand:provider:1:garbage | damaged",
                "--provider=evenhand:provider:2:garbage | this is no invite",
                "--provider=\"evenhand:provider:1:abc\" | stands in quotes",
                "--provider=evenhand:provider:1:ab c | a blank or line break is in it",
                "--provider=see evenhand:provider:1:abc | a blank or line break is in it",
                "--provider=nobody | neither an invite",
                "--provider= | neither an invite",
                "--stamper=1234 | neither an invite",
                "--passphrase-fd=x | --passphrase-fd",
            })
    @DisplayName("delegate: absurd values of options, before anybody is asked")
    void delegateOptions(String option, String message) {
        refused(delegate(option), ExitCode.USAGE.code(), message);
        assertFalse(Files.exists(home.resolve("journal.db")), "a journal was begun");
    }

    @Test
    @DisplayName("delegate: an amount above 2^256-1 wei, and a line of 10,000 characters")
    void huge() {
        refused(delegate("--wage=1" + "0".repeat(70) + " eth"), 2, "0 to 2^256-1");
        refused(delegate("--wage=" + "9".repeat(10_000) + " eth"), 2, "not an amount");
        refused(delegate("--provider=" + Invite.PREFIX + "A".repeat(10_000)), 2, "longer than 640");
    }

    @Test
    @DisplayName("delegate: the invite of the other kind")
    void wrongInvite() {
        refused(
                delegate("--provider=" + kept("STAMPER")),
                2,
                "this is a stamper's invite; --provider needs a provider's");
        refused(
                delegate("--stamper=" + kept("PROVIDER")),
                2,
                "this is a provider's invite; --stamper needs a stamper's");
        refused(
                run(
                        "provider",
                        folder.resolve("service.yaml").toString(),
                        "--operator=third",
                        "--stamper",
                        kept("PROVIDER")),
                2,
                "this is a provider's invite; --stamper needs a stamper's");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--input | missing | 4 | does not exist",
                "--input | directory | 4 | is a directory",
                "--policy | missing | 4 | does not exist",
                "--policy | directory | 4 | is a directory",
                "--policy | noise | 2 | noise: ",
                "--policy | input.csv | 2 | input.csv: ",
                "--output | directory | 4 | exists already",
                "--output | input.csv | 4 | exists already",
                "--output | missing/work | 4 | nothing can be written",
                "--output | noise/work | 4 | nothing can be written"
            })
    @DisplayName("delegate: files that are missing, directories, noise, or in the way")
    void delegateFiles(String option, String file, int exit, String message) throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve("input.csv"));
        refused(delegate(option + "=" + folder.resolve(file)), exit, message);
        assertTrue(Files.isDirectory(folder.resolve("directory")));
        assertEquals(before.length, Files.size(folder.resolve("input.csv")));
    }

    @Test
    @DisplayName("delegate: a policy whose hidden data are missing, and evidence in the way")
    void delegateHidden() throws IOException {
        Path policy = folder.resolve("accuracy.yaml");
        Files.writeString(policy, "policy: accuracy\natLeast: 0.5\nhidden: gone.csv\n");
        refused(delegate("--policy=" + policy), 4, "gone.csv does not exist");
        Files.writeString(folder.resolve("work.asice"), "evidence of another exchange");
        refused(delegate(), 4, "work.asice exists already");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provider {}/missing.yaml --stamper x --operator third | 4 | does not exist",
                "provider {}/directory --stamper x --operator third | 4 | is a directory",
                "provider {}/noise --stamper x --operator third | 2 | noise: ",
                "provider {}/service.yaml --stamper x --operator third | 2 | neither an invite",
                "provider {}/service.yaml --stamper x --operator third --listen 127.0.0.1:99999 | 2 | not an address",
                "provider {}/service.yaml --stamper x --operator third --listen 7201 | 2 | not an address",
                "provider {}/service.yaml --stamper x --operator third --listen 0.0.0.0:1 | 2 | --advertise",
                "provider {}/service.yaml --stamper x --operator third --invites -5 | 2 | --invites is 0 to 1000",
                "provider {}/service.yaml --stamper x --operator third --invites many | 2 | --invites",
                "provider {}/service.yaml --stamper x --operator customer | 2 | --operator",
                "provider {}/service.yaml --stamper x --operator third --directory {}/noise | 4 | is no directory",
                "provider {}/service.yaml | 2 | --stamper",
                "provider --stamper x --operator third | 2 | name the service's file",
                "provider {}/service.yaml --stamper x | 2 | say with --operator who owns",
                "stamper --invites 100000 | 2 | --invites is 0 to 1000",
                "stamper --listen nowhere.invalid:0 | 4 | no such host",
                "stamper --name a\u202eb | 2 | --name",
                "verify {}/directory | 4 | is a directory",
                "verify {}/noise | 4 | noise: not a bundle",
                "verify {}/missing | 4 | does not exist",
                "invite --valid 0s | 2 | 1s to 365d",
                "invite | 3 | no provider or stamper runs",
                "explore delegation --seconds NaN | 2 | seconds must be",
                "explore delegation --seconds -1 | 2 | seconds must be",
                "explore delegation --seed 1.5 | 2 | --seed",
                "explore delegation --walks 0 | 2 | walks must be",
                "explore delegation --walks 99999999 | 2 | walks must be",
                "deploy --rpc ftp://host | 2 | http",
                "deploy --rpc http://127.0.0.1:1 --rpc a --rpc b | 2 | one or two URLs",
                "deploy --rpc http://127.0.0.1:1 --max-fee 1 | 2 | has no unit",
                "deploy --rpc http://127.0.0.1:1 --pace warp | 2 | --pace",
                "init --passphrase-fd 99999 | 4 | initialised already",
                "list --home {}/noise | 4 | noise",
                "stamper --metrics 9090 | 2 | --metrics is not an address",
                "stamper --metrics 127.0.0.1:99999 | 2 | --metrics is not an address",
                "stamper --metrics 127.0.0.1:-1 | 2 | --metrics is not an address",
                "stamper --metrics nowhere.invalid:0 | 4 | --metrics: cannot listen on nowhere",
                "stamper --advertise http://host | 2 | --advertise is a name",
                "stamper --max-open 0 | 2 | at least 1",
                "stamper --max-spool lots | 2 | --max-spool: not a size",
                "stamper --bandwidth 0B | 2 | --bandwidth is at least",
                "stamper --cheat nothing | 2 | what is \"--cheat\"",
                "doctor {}/missing.yaml | 4 | the service",
                "doctor {}/directory | 4 | is a directory",
                "doctor {}/noise | 2 | noise: not UTF-8",
                "doctor {}/input.csv | 2 | `key: value`",
                "doctor --passphrase-fd x | 2 | --passphrase-fd",
                "doctor {}/service.yaml more | 2 | what is \"more\"",
                "deploy --rpc http://127.0.0.1:1 --rpc http://127.0.0.1:1 | 2 | twice the same node",
                "deploy --rpc http://127.0.0.1:99999 | 2 | port is 1 to 65535",
                "deploy --rpc http://127.0.0.1:1 --contract 0x12 | 2 | --contract: 20 bytes",
                "backup | 2 | DIR",
                "backup {}/directory | 4 | exists already",
                "backup {}/noise | 4 | exists already",
                "backup {}/noise/copy | 4 | is no directory",
                "backup {}/missing/copy | 4 | is no directory",
                "backup {}/node/copy | 2 | must lie outside",
                "backup --home {}/missing {}/copy | 4 | run \"evenhand init\" first",
                "evidence | 2 | XID",
                "evidence 3f2a91c0 | 4 | no journal yet",
            })
    @DisplayName("every other command: absurd values, missing and unreadable files")
    void others(String line, int exit, String message) {
        refused(run(line.replace("{}", folder.toString()).split(" ")), exit, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "provider {}/service.yaml --operator third --stamper {}/noise | mean @{}/noise?",
                "quote {}/input.csv | the argument is neither an invite",
                "quote {}/input.csv | hex digits); did you mean @{}/input.csv?",
                "provider chek {}/service.yaml --try x | what is \"chek\"? Did you mean \"check\"?",
                "provider {}/service.yaml chek | what is \"chek\"? Did you mean \"check\"?",
                "evidence prnue --dry-run | what is \"prnue\"? Did you mean \"prune\"?",
                "provider --hmoe x {}/service.yaml | Did you mean \"--home\"?",
            })
    @DisplayName("what was probably meant: the file of an invite, a subcommand, an option")
    void meant(String line, String message) {
        String place = folder.toString();
        refused(run(line.replace("{}", place).split(" ")), 2, message.replace("{}", place));
    }

    @Test
    @DisplayName("an invite whose file is missing is named once")
    void missingInvite() {
        String gone = folder.resolve("gone").toString();
        String service = folder.resolve("service.yaml").toString();
        refused(run("quote", "@" + gone), 4, ": the invite " + gone + " does not exist");
        refused(
                run("provider", service, "--operator=third", "--stamper=@" + gone),
                4,
                "the invite of --stamper " + gone + " does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--passphrase-fd 99999 | 2 | 3<file",
                "--passphrase-fd -1 | 2 | 3<file",
                "--passphrase-fd x | 2 | --passphrase-fd",
                "--passphrase | 2 | no terminal",
                "--wallet-fd 99999 | 2 | 3<file",
                "--home {}/noise | 4 | a file stands where a directory should",
                "--home {}/noise/node | 4 | a file stands where a directory should",
                "--home= | 2 | --home is empty"
            })
    @DisplayName("init: wrong descriptors and places, and nothing is made")
    void init(String options, int exit, String message) {
        home = folder.resolve("other");
        String line = "init " + options.replace("{}", folder.toString());
        refused(run(line.split(" ")), exit, message);
        assertFalse(Files.exists(home.resolve("identity.key")));
        assertFalse(Files.exists(home.resolve("config.yaml")));
    }
}
