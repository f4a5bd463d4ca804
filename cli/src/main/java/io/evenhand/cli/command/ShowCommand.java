package io.evenhand.cli.command;

import io.evenhand.cli.ExitCode;
import io.evenhand.cli.Output;
import io.evenhand.cli.Shell;
import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.DealHash;
import io.evenhand.node.store.EventTable;
import io.evenhand.node.store.Store;
import io.evenhand.protocols.delegation.message.Order;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `evenhand show`: one exchange, with its deal and its history.
@Command(
        name = "show",
        description = "Show one exchange: terms, deal, and everything that happened in it.",
        footer = {"", "Example:", "  evenhand show 3f2a91c0"})
public final class ShowCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(
            paramLabel = "XID",
            description = "The exchange: its xid or reference, or the beginning of one.")
    private String name = "";

    public ShowCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Output output = shell.output();
        try (Store store = Store.openForReading(shell.home().directory())) {
            Exchange exchange = Exchange.find(store, shell.home(), name);
            List<EventTable.Entry> history = store.events().of(exchange.stored().key());
            for (EventTable.Entry entry : history) {
                output.event(
                        "history",
                        Map.of("at", entry.at(), "text", entry.text()),
                        Instant.ofEpochSecond(entry.at()) + "  " + entry.text());
            }
            Map<String, Object> fields = fields(exchange);
            Prospect prospect = Prospect.of(store, shell.home());
            fields.putAll(prospect.fields(exchange));
            output.summary(fields, text(fields));
        }
        return ExitCode.OK.code();
    }

    private static Map<String, Object> fields(Exchange exchange) {
        Map<String, Object> fields = ListCommand.fields(exchange);
        exchange.order().ifPresent(order -> order(fields, order));
        exchange.deal()
                .ifPresent(deal ->
                        exchange.rail().ifPresent(rail -> fields.put("deal", deal(rail, deal))));
        return fields;
    }

    private static void order(Map<String, Object> fields, Order order) {
        fields.put("customer", order.customer().toString());
        fields.put("provider", order.provider().toString());
        fields.put("stamper", order.stamper().key().toString());
        fields.put("profile", order.stamper().profile());
        fields.put("tWork", order.deadlines().tWork());
        fields.put("tFund", order.deadlines().tFund());
        fields.put("claimBy", order.deadlines().claimBy());
    }

    /// The fields as the contract takes them, for other clients.
    static Map<String, Object> deal(Rail rail, Deal deal) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("chainId", rail.chainId());
        fields.put("contract", rail.contract().toString());
        fields.put("dealId", "0x" + DealHash.of(rail, deal));
        fields.put("payer", deal.payer().toString());
        fields.put("payee", deal.payee().toString());
        fields.put("token", deal.token().toString());
        fields.put("amount", deal.amount().value().toString());
        fields.put("claimBy", deal.claimBy());
        fields.put("salt", "0x" + deal.salt());
        fields.put("lockKind", deal.lockKind());
        fields.put("a1", deal.lock().a1().toString());
        fields.put("a2", deal.lock().a2().toString());
        fields.put("termsHash", "0x" + deal.termsHash());
        return fields;
    }

    private static String text(Map<String, Object> fields) {
        StringBuilder text = new StringBuilder("\n");
        fields.forEach((name, value) -> {
            if (value instanceof Map<?, ?> deal) {
                text.append("deal\n");
                deal.forEach((key, field) -> text.append("  %-11s %s%n".formatted(key, field)));
            } else if (value instanceof List<?> lines) {
                lines.forEach(line -> text.append("%-13s %s%n".formatted("alarm", line)));
            } else if (!value.toString().isEmpty()) {
                text.append("%-13s %s%n".formatted(name, value));
            }
        });
        return text.toString().stripTrailing();
    }
}
