package io.evenhand.protocols.delegation.stamper;

import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.PartyId;

/// Who this stamper is and how it is attested.
public record StamperRules(PartyId self, String profile, Octets evidence) {}
