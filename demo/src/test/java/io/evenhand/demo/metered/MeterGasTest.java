package io.evenhand.demo.metered;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.demo.command.GasRow;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a channel costs on a real chain.
class MeterGasTest {
    @Test
    @DisplayName("open + close <= 93,500 gas, topUp <= 27,700, refund <= 35,000")
    void targetsHold() throws IOException {
        Map<String, Long> gas = new LinkedHashMap<>();
        GasRow total = MeterGas.measure(row -> gas.put(row.name(), row.gas()));
        assertEquals(
                List.of("meterOpen", "meterTopUp", "meterClose", "meterCloseAll", "meterRefund"),
                List.copyOf(gas.keySet()));
        String all = gas.toString();
        assertEquals("meterOpenAndClose", total.name());
        assertEquals(of(gas, "meterOpen") + of(gas, "meterClose"), total.gas());
        assertTrue(total.gas() <= 93_500, all);
        assertTrue(of(gas, "meterTopUp") <= 27_700, all);
        assertTrue(of(gas, "meterRefund") <= 35_000, all);
        assertTrue(of(gas, "meterCloseAll") < of(gas, "meterClose"), all);
    }

    private static long of(Map<String, Long> gas, String name) {
        return gas.getOrDefault(name, Long.MAX_VALUE);
    }
}
