package io.evenhand.node.transport;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.system.fuzz.FuzzTarget;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class InviteFuzz extends FuzzTarget {
    private static final Bytes32 TOKEN = Bytes32.parse("5e".repeat(32));

    @Override
    protected Stream<byte[]> seeds() throws Exception {
        return texts(
                new Invite(
                                "127.0.0.1",
                                7201,
                                new PartyId(Bytes32.ZERO),
                                "PROVIDER",
                                "digits",
                                TOKEN)
                        .text(),
                new Invite(
                                "::1",
                                1,
                                new PartyId(Bytes32.parse("7a".repeat(32))),
                                "STAMPER",
                                "stamper",
                                TOKEN)
                        .text(),
                new Invite("h", 1, new PartyId(Bytes32.ZERO), "SELLER", "n", TOKEN)
                        .text()
                        .replace("seller:", ""),
                Invite.PREFIX);
    }

    @MethodSource("seeds")
    @FuzzTest
    void fuzz(byte[] input) throws Exception {
        check(input);
    }

    @Override
    protected void check(byte[] input) throws Exception {
        String text = text(input);
        read(() -> Invite.parse(text))
                .ifPresent(invite -> {
                    String old = invite.text().replaceFirst(":[a-z]+:1:", ":1:");
                    require(
                            List.of(invite.text(), old).contains(text.strip()),
                            "another text: " + invite.text());
                    checkLine(invite.toString());
                    require(
                            invite.token().equals(invite.server().value())
                                    || !invite.toString().contains(invite.token().toString()),
                            "shows its token");
                });
    }
}
