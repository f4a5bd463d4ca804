package io.evenhand.demo.delegation.cheat.customer;

import io.evenhand.demo.delegation.cheat.Altered;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.protocols.delegation.customer.Plan;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A module of 54 KiB whose compilation takes more heap than a stamper has: a type for each of its
/// 4,000 locals at each of its 18,000 blocks.
final class HeapEater {
    private static final int LOCALS = 4_000;
    private static final int BLOCKS = 18_000;

    private HeapEater() {}

    /// An order that commits to it, and is consistent in all else.
    static Plan inside(Plan plan) {
        String policy =
                "wasm/1 fuel=1000 module="
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(module());
        byte[] digest = Hashes.sha256(policy.getBytes(StandardCharsets.UTF_8));
        byte[] hash = Hashes.sha256("fx/policy", plan.policySalt().toByteArray(), digest);
        return Altered.of(
                Altered.of(plan, "policy", policy),
                "order",
                Altered.of(plan.order(), "policyHash", Bytes32.of(hash)));
    }

    private static byte[] module() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(1);
        number(body, LOCALS);
        body.write(0x7e);
        for (int i = 0; i < BLOCKS; i++) {
            body.writeBytes(new byte[] {2, 0x40, 0x0b});
        }
        body.writeBytes(new byte[] {0x41, 0, 0x0b});
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        code.write(1);
        sized(code, body);
        ByteArrayOutputStream module = new ByteArrayOutputStream();
        module.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
        module.writeBytes(new byte[] {1, 7, 1, 0x60, 2, 0x7e, 0x7e, 1, 0x7f, 3, 2, 1, 0});
        module.writeBytes(new byte[] {7, 9, 1, 5, 'j', 'u', 'd', 'g', 'e', 0, 0, 10});
        sized(module, code);
        return module.toByteArray();
    }

    private static void sized(ByteArrayOutputStream out, ByteArrayOutputStream part) {
        number(out, part.size());
        out.writeBytes(part.toByteArray());
    }

    /// LEB128.
    private static void number(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7f) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
