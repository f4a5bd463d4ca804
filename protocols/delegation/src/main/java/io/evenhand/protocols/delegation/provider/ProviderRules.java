package io.evenhand.protocols.delegation.provider;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import java.util.Set;

/// What this provider offers and what it accepts.
///
/// @param services names of the services it runs
/// @param rails chain, contract and code hash it trusts (D17)
/// @param stampers stampers it hands its work to before it is paid (decisions 15)
/// @param policies names of the policies it lets its work be checked by
/// @param price least wage for one exchange
/// @param tries how often it works on one order when the policy says no
public record ProviderRules(
        PartyId self,
        Set<String> services,
        Set<Rail> rails,
        Set<PartyId> stampers,
        Set<String> policies,
        Wei price,
        long maxInputBytes,
        long maxWorkBytes,
        int tries,
        Timing timing) {}
