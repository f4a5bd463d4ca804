package io.evenhand.node.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.Wei;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// A provider's card ends up in the customer's order, so it is not believed in everything.
class ServiceCardTest {
    private static ServiceCard card(long input, long work, int attempts, long window) {
        return new ServiceCard(
                "sort", "", Wei.of(1), input, work, attempts, List.of(), List.of(), List.of(),
                window);
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
