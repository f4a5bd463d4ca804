package io.evenhand.node.metered;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.metered.message.Limits;
import io.evenhand.protocols.metered.message.Prices;

/// What a user asks a node for.
///
/// @param module the program
/// @param state to begin with
/// @param most the highest prices that the user agrees to
/// @param timeout unix seconds: from then on the deposit can be taken back
public record ComputeRequest(
        PartyId node,
        Octets module,
        Octets state,
        ComputePlan plan,
        Limits limits,
        Prices most,
        Wei deposit,
        long timeout,
        int window,
        int signEvery) {}
