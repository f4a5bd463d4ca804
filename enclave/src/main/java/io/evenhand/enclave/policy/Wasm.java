package io.evenhand.enclave.policy;

import io.evenhand.enclave.sandbox.Guest;
import io.evenhand.enclave.sandbox.GuestAborted;
import io.evenhand.enclave.sandbox.GuestLimits;
import io.evenhand.enclave.sandbox.GuestResult;
import io.evenhand.enclave.sandbox.Source;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.value.Octets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;

/// The customer's own WebAssembly module says whether the work passes.
///
/// The whole module stands in the policy's text, so the Terms commit to it, and the provider and
/// the stamper hold what they agreed to. A module that traps or runs out of fuel has failed the
/// work; see `docs/reference/policy-abi.md`.
///
/// @param fuel units the module may use for one work
/// @param module as the customer's compiler made it
public record Wasm(long fuel, Octets module) implements PolicySpec {
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");

    public Wasm {
        if (fuel < 1 || fuel > GuestLimits.MAX_FUEL) {
            throw new MalformedException(
                    "fuel of wasm must be from 1 to " + GuestLimits.MAX_FUEL + ", got " + fuel);
        }
    }

    /// Checks the module, too: it is the caller's own.
    public static Wasm of(String fuel, byte[] module) {
        Wasm policy = read(fuel, module);
        policy.checkRuns();
        return policy;
    }

    private static Wasm read(String fuel, byte[] module) {
        if (!NUMBER.matcher(fuel).matches()) {
            throw new MalformedException("fuel of wasm must be a whole number of units");
        }
        return new Wasm(Long.parseLong(fuel), new Octets(module));
    }

    /// Reads the two words behind `wasm/1`.
    static Wasm parse(String fuel, String module) {
        try {
            return read(fuel, Base64.getUrlDecoder().decode(module));
        } catch (IllegalArgumentException e) {
            throw new MalformedException("module of wasm/1 is not base64url", e);
        }
    }

    @Override
    public String name() {
        return "wasm";
    }

    @Override
    public String canonical() {
        return "wasm/1 fuel="
                + fuel
                + " module="
                + Base64.getUrlEncoder().withoutPadding().encodeToString(module.toByteArray());
    }

    @Override
    public boolean needsHidden() {
        return guest().readsHidden();
    }

    @Override
    public void validateHidden(Path hidden) throws IOException {
        if (!needsHidden() && Files.size(hidden) != 0) {
            throw new MalformedException("the module imports no read_hidden, leave hidden out");
        }
    }

    @Override
    public Verdict judge(Work work, Work hidden) throws IOException {
        try (Source bytes = work.source();
                Source secret = hidden.source()) {
            GuestResult result = guest().run(fuel, bytes, secret, Guest.Engine.COMPILED);
            return new Verdict(result.end() == GuestResult.End.PASSED, result.end().toString());
        } catch (GuestAborted e) {
            throw new IOException(e.getMessage() + ": " + e.getCause(), e);
        }
    }

    @Override
    public void checkRuns() {
        KnownModules.check(module);
    }

    private Guest guest() {
        return Guest.of(module.toByteArray());
    }

    /// Without the module, which is long.
    @Override
    public String toString() {
        return "wasm of " + module + ", fuel " + fuel;
    }
}
