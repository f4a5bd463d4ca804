package io.evenhand.node.metered;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.node.Account;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// What each requester owes this node, over all its channels, and what all strangers owe together
/// (spec-metered G2). In memory: debts of sessions that a requester ended are in the channels'
/// rows, and a restart of this node strikes off the rest.
final class Accounts {
    private final Account.Risk risk;

    /// What all identities together may owe that have no credit.
    private final Wei strangers;

    /// One fault of the machine may be chance; a program that brings about two is refused (G3).
    private static final int REFUSED_AT = 2;

    private final Map<PartyId, Account> accounts = new HashMap<>();
    private final Map<PartyId, Set<ServedChannel>> waiting = new HashMap<>();

    /// Faults of this machine, by the program that it ran, until a restart.
    private final Map<Bytes32, Integer> machineFaults = new HashMap<>();

    Accounts(Account.Risk risk, Wei strangers) {
        this.risk = risk;
        this.strangers = strangers;
    }

    /// What an earlier process knew of a channel.
    synchronized void restore(PartyId requester, Bytes32 channel, Wei total, Wei owed) {
        Account account = accounts.getOrDefault(requester, Account.NEW);
        // The total is not paid ahead: it paid for what was executed then.
        accounts.put(requester, account.paid(channel, total, total).charge(Wei.ZERO, owed));
    }

    /// The account as one channel of this requester uses it.
    ServedChannel.Exposure of(PartyId requester) {
        return new ServedChannel.Exposure() {
            @Override
            public boolean reserve(ServedChannel channel, Wei most) {
                return Accounts.this.reserve(requester, channel, most);
            }

            @Override
            public void charge(Wei most, Wei price) {
                change(requester, account -> account.charge(most, price));
            }

            @Override
            public void machineFault(Wei most) {
                change(requester, account -> account.machineFault(most));
            }

            @Override
            public void suspect(Bytes32 program) {
                Accounts.this.suspect(program);
            }

            @Override
            public boolean refuses(Bytes32 program) {
                return Accounts.this.refuses(program);
            }

            @Override
            public void struckOff(Wei debt) {
                change(requester, account -> account.struckOff(debt));
            }

            @Override
            public void paid(Bytes32 channel, Wei from, Wei to) {
                change(requester, account -> account.paid(channel, from, to));
            }
        };
    }

    private synchronized void suspect(Bytes32 program) {
        machineFaults.merge(program, 1, Integer::sum);
    }

    /// Whether the machine failed too often while it ran a program.
    synchronized boolean refuses(Bytes32 program) {
        return machineFaults.getOrDefault(program, 0) >= REFUSED_AT;
    }

    private synchronized boolean reserve(PartyId requester, ServedChannel channel, Wei most) {
        Account account = account(requester);
        boolean yes = account.allows(most, risk) && strangersAllow(account, most);
        if (yes) {
            accounts.put(requester, account.reserve(most));
        } else {
            boolean _ = waiting.computeIfAbsent(requester, _ -> new HashSet<>()).add(channel);
        }
        return yes;
    }

    private boolean strangersAllow(Account account, Wei most) {
        if (!account.credit(risk).equals(Wei.ZERO)) {
            return true;
        }
        Wei all = most;
        for (Account one : accounts.values()) {
            if (one.credit(risk).equals(Wei.ZERO)) {
                all = all.plus(one.exposed());
            }
        }
        return all.compareTo(strangers) <= 0;
    }

    private Account account(PartyId requester) {
        return accounts.getOrDefault(requester, Account.NEW);
    }

    private void change(PartyId requester, UnaryOperator<Account> by) {
        Set<ServedChannel> others;
        synchronized (this) {
            accounts.put(requester, by.apply(account(requester)));
            others = Set.copyOf(waiting.getOrDefault(requester, Set.of()));
            waiting.remove(requester);
        }
        others.forEach(ServedChannel::accountChanged);
    }
}
