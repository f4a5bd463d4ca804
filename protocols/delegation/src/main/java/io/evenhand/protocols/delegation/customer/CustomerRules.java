package io.evenhand.protocols.delegation.customer;

import io.evenhand.kit.deal.Timing;
import io.evenhand.kit.value.PartyId;

/// Who this customer is and how slow it takes its chain to be.
public record CustomerRules(PartyId self, Timing timing) {}
