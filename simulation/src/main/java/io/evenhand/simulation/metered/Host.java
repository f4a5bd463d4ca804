package io.evenhand.simulation.metered;

import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.enclave.EnclaveState;
import io.evenhand.protocols.metered.message.Pair;
import io.evenhand.protocols.metered.node.Account;
import io.evenhand.protocols.metered.node.NodeEffect;
import io.evenhand.protocols.metered.node.NodeState;
import io.evenhand.protocols.metered.node.NodeState.Channel;
import java.util.List;
import java.util.Optional;

/// A node's process, its disk and its enclave.
///
/// @param keeps what waits to be flushed, oldest first
/// @param disk what survives of the channel
/// @param live the enclave of the channel
/// @param work the round that its program is at
/// @param reserved of that round in the account
/// @param copies how many enclaves there were for the newest number
/// @param spent what its work cost so far and nobody can be excused from, whatever the account says
/// @param durable total that was on disk, at most so far
/// @param closes what it closes with, once that is on disk
/// @param restored whether a backup was put back
record Host(
        NodeState node,
        List<NodeEffect> keeps,
        Channel disk,
        Account account,
        Optional<Live> live,
        Optional<NodeEffect.Execute> work,
        Wei reserved,
        int copies,
        long spent,
        Wei durable,
        Optional<Pair> closes,
        boolean restored) {
    Host {
        keeps = List.copyOf(keeps);
    }

    /// An enclave that lives.
    record Live(int number, int copy, EnclaveState state) {}

    /// A few of its parts tell most states apart; all of them are compared.
    @Override
    public int hashCode() {
        int h = channel(node.channel()) * 31 + channel(disk);
        h = h * 31 + session(node.session());
        h = h * 31 + keeps.size();
        h = h * 31 + account.owed().hashCode() + account.burned().hashCode();
        h = h * 31 + live.map(Host::enclave).orElse(0);
        h = h * 31 + work.map(NodeEffect.Execute::round).orElse(0);
        return h * 31 + (int) spent + copies;
    }

    private static int channel(Channel c) {
        int h = c.highest() * 31 + c.newest().map(pair -> pair.lock().hashCode()).orElse(0);
        h = h * 31 + c.newest().map(pair -> pair.total().hashCode()).orElse(0);
        h = h * 31 + c.owed().hashCode() + c.deposit().hashCode();
        return h * 31 + (c.closing() ? 1 : 0) + (c.stopped() ? 2 : 0);
    }

    private static int session(NodeState.Session session) {
        return switch (session) {
            case NodeState.None _ -> 1;
            case NodeState.Recording now -> 2 + 31 * now.base().hashCode();
            case NodeState.Starting now -> 3 + 31 * now.base().hashCode();
            case NodeState.Greeted now -> (now.said() ? 4 : 5) + 31 * now.hello().hello().number();
            case NodeState.Provisioning now -> 6 + 31 * now.hello().hello().number();
            case NodeState.Leaving(int number, var _) -> 7 + 31 * number;
            case NodeState.Serving now -> {
                int h = now.done().executed() * 31 + now.done().total().hashCode();
                h = h * 31 + now.done().unpaid().size() + (now.done().over() ? 64 : 0);
                h = h * 31 + now.asked().upTo() + 8 * now.asked().work().name().hashCode();
                h = h * 31 + now.payment().durable();
                h = h * 31 + now.payment().paying().hashCode();
                h = h * 31 + now.payment().keeping().map(NodeState.Keeping::round).orElse(0);
                yield h * 31 + now.payment().next().hashCode() + now.base().hashCode();
            }
        };
    }

    static int enclave(Live live) {
        int h = live.number() * 31 + live.copy();
        return h * 31
                + switch (live.state()) {
                    case EnclaveState.Fresh fresh -> 1 + 31 * fresh.base().hashCode();
                    case EnclaveState.Provisioned _ -> 2;
                    case EnclaveState.Refused _ -> 3;
                    case EnclaveState.Over _ -> 4;
                    case EnclaveState.Ready ready ->
                            5
                                    + ready.executed() * 31
                                    + ready.unpaid().size() * 961
                                    + ready.previous().hashCode();
                };
    }

    boolean closing() {
        return disk.closing();
    }

    /// What was executed and is not paid for, by what it cost.
    long exposed() {
        return spent - disk.total().value().longValue();
    }
}
