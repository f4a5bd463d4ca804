package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A provider's card ends up in the customer's order, so it is not believed in everything.
class ServiceCardTest {
    private static ServiceCard card(long input, long work, int attempts, long window) {
        return new ServiceCard(
                "sort", "", Wei.of(1), input, work, attempts, List.of(), List.of(), List.of(),
                window, 60, 0);
    }

    private static ServiceCard saying(
            String name, String about, long price, String stamper, long longest, long usual) {
        StamperRef ref =
                new StamperRef(
                        new PartyId(Bytes32.ZERO), StamperRef.Operator.THIRD, "software", stamper);
        return new ServiceCard(
                name,
                about,
                Wei.of(price),
                1,
                1,
                1,
                List.of("size"),
                List.of(),
                List.of(ref),
                60,
                longest,
                usual);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "size          exchanges  12 settled", "A", "x,y"})
    @DisplayName(
            "policies and profiles are words: no other line of a quote can be forged with them")
    void words(String word) {
        ServiceCard good = saying("sort", "", 1, "h:1", 60, 0);
        StamperRef stamper = good.stampers().getFirst();
        StamperRef forged =
                new StamperRef(stamper.key(), stamper.operator(), word, stamper.endpoint());
        refused("no word", with(good, List.of(word), good.stampers()));
        refused("no word", with(good, good.policies(), List.of(forged)));
    }

    private static ServiceCard with(
            ServiceCard card, List<String> policies, List<StamperRef> stampers) {
        return new ServiceCard(
                card.name(),
                card.about(),
                card.price(),
                1,
                1,
                1,
                policies,
                List.of(),
                stampers,
                60,
                60,
                0);
    }

    @Test
    @DisplayName("names, prices, times and addresses that no provider of this program has")
    void lies() {
        ServiceCard good = saying("sort", "x".repeat(200), 1, "h:1", 604_800, 604_800);
        assertEquals(good, ServiceCard.ofBlob(good.toBlob()).checked());
        refused("no name", saying("", "", 1, "h:1", 60, 0));
        refused("no name", saying("two words", "", 1, "h:1", 60, 0));
        refused("no name", saying("x".repeat(33), "", 1, "h:1", 60, 0));
        refused("200 bytes", saying("sort", "x".repeat(201), 1, "h:1", 60, 0));
        refused("no price", saying("sort", "", 0, "h:1", 60, 0));
        refused("usually 61 s, at most 60 s", saying("sort", "", 1, "h:1", 60, 61));
        refused("times", saying("sort", "", 1, "h:1", 60, -1));
        refused("times", saying("sort", "", 1, "h:1", 0, 0));
        refused("times", saying("sort", "", 1, "h:1", 604_801, 0));
        for (String address : new String[] {"", "h", "h:0", "h:65536", ":1", "h h:1", "h/x:1"}) {
            refused("without an address", saying("sort", "", 1, address, 60, 0));
        }
    }

    @Test
    @DisplayName("texts that would steer a screen are no card")
    void hiddenCharacters() {
        for (String hidden : new String[] {"\u001b[2J", "\u202e", "\u200b", "\n", "\ufeff"}) {
            byte[] blob = saying("sort", "plain!", 1, "h:1", 60, 0).toBlob();
            byte[] said = hidden.getBytes(StandardCharsets.UTF_8);
            int at = new String(blob, StandardCharsets.ISO_8859_1).indexOf("plain!");
            System.arraycopy(said, 0, blob, at, said.length);
            assertThrows(MalformedException.class, () -> ServiceCard.ofBlob(blob));
        }
    }

    private static void refused(String why, ServiceCard card) {
        MalformedException e = assertThrows(MalformedException.class, card::checked);
        assertTrue(String.valueOf(e.getMessage()).contains(why), e.getMessage());
    }

    @Test
    @DisplayName("D9: a provider cannot have the wage locked for a year by asking for it")
    void window() {
        refused("claim window of 259201 s, limit 259200", card(1, 1, 1, 259_201));
        refused("claim window", card(1, 1, 1, Long.MAX_VALUE));
        refused("claim window", card(1, 1, 1, -1));
        ServiceCard longest = card(0, 1, 1000, 259_200);
        assertEquals(longest, ServiceCard.ofBlob(longest.toBlob()).checked());
        ServiceCard usual = card(1, 1, 1, Timing.ETHEREUM.minClaimWindow());
        assertEquals(usual, usual.checked());
    }

    @Test
    @DisplayName("D6: a provider cannot give itself attempts without end")
    void attempts() {
        refused("1001 attempts, limit 1000", card(1, 1, 1001, 60));
        refused("attempts", card(1, 1, Integer.MAX_VALUE, 60));
        refused("attempts", card(1, 1, 0, 60));
        refused("sizes", card(-1, 1, 1, 60));
        refused("sizes", card(1, 0, 1, 60));
    }
}
