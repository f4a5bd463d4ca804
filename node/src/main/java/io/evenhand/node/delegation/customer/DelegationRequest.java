package io.evenhand.node.delegation.customer;

import io.evenhand.enclave.policy.PolicySpec;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;
import io.evenhand.protocols.delegation.message.Deadlines;
import io.evenhand.protocols.delegation.message.StamperRef;
import java.nio.file.Path;
import java.util.Optional;

/// What a user wants done.
///
/// @param provider a provider this node has joined
/// @param stamper one of those the provider accepts
/// @param service the provider's name for the work
/// @param input file that goes to the provider
/// @param hidden file that only the stamper sees, if the policy needs one
/// @param attempts how often the provider may try the policy
public record DelegationRequest(
        PartyId provider,
        StamperRef stamper,
        String service,
        Path input,
        PolicySpec policy,
        Optional<Path> hidden,
        Wei wage,
        Deadlines deadlines,
        int attempts,
        long maxWorkBytes) {}
