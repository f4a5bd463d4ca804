package io.evenhand.system.crash;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.demo.delegation.judge.ChainFacts;
import io.evenhand.demo.delegation.judge.Judge;
import io.evenhand.demo.delegation.judge.Ruling;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Wei;
import io.evenhand.ledger.evm.LocalChain;
import java.math.BigInteger;

/// How one exchange ended, by what the customer was told and by what the judge and the chain say.
///
/// @param kind `settled`, `refunded` or `aborted`; `none` if the customer died before it began
/// @param opens deposits that this customer's account made
/// @param claims wages that were paid out of them
record Outcome(String kind, boolean fair, int opens, int claims, boolean hasWork)
        implements CrashedExchanges.Ending {
    static final BigInteger WAGE = Wei.parse(CrashTestbed.WAGE).value();

    /// What the customer's account begins with.
    static final BigInteger PURSE = Actors.PURSE.value();

    /// @param summary the last line of the customer's last process
    static Outcome of(Customer customer, JsonNode summary, long fromBlock) throws Exception {
        CrashTestbed testbed = customer.testbed();
        LocalChain chain = testbed.chain();
        Address account = testbed.account(customer.actor());
        ChainFacts facts = ChainFacts.read(chain.rpc(), fromBlock, testbed.rail().contract());
        int opens = count(chain, facts, ChainFacts.Call.OPEN, account);
        int claims = count(chain, facts, ChainFacts.Call.CLAIM, account);
        BigInteger delta =
                chain.balance(account).value().subtract(PURSE).add(facts.gasPaidBy(account));
        String kind = summary.path("outcome").asText("none");
        if (kind.equals("none")) {
            return new Outcome(kind, delta.signum() == 0, opens, claims, false);
        }
        Ruling ruling =
                Judge.rule(
                        customer.actor().home(),
                        testbed.keys(customer.actor()),
                        testbed.policy(),
                        facts,
                        new Judge.Balances(delta, WAGE.multiply(BigInteger.valueOf(claims)), WAGE),
                        true,
                        true);
        return new Outcome(kind, ruling.fair(), opens, claims, customer.hasWork());
    }

    private static int count(
            LocalChain chain, ChainFacts facts, ChainFacts.Call call, Address payer) {
        String word = payer.toString().substring(2);
        return (int)
                facts.calls().stream()
                        .filter(made -> made.call() == call)
                        .map(made ->
                                chain.rpc()
                                        .call("eth_getTransactionByHash", "0x" + made.transaction())
                                        .field("input")
                                        .text(1 << 16))
                        .filter(input -> input.substring(10, 74).endsWith(word))
                        .count();
    }

    /// Nothing went wrong at all: paid once, and the work is where it belongs.
    @Override
    public boolean good() {
        return kind.equals("settled") && fair && opens == 1 && claims == 1 && hasWork;
    }

    /// The process died before an exchange was stored, and nothing was paid.
    boolean neverBegan() {
        return kind.equals("none") && fair && opens == 0;
    }
}
