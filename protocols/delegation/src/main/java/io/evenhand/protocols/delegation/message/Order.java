package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;

/// What the customer asks for (T1): the work, by when, for how much and on which rail. The Terms
/// complete it.
///
/// Policy, hidden data, input and pre-shared secret are named by salted hashes, so that a public
/// xid is no oracle for guesses (decisions 16f).
///
/// @param service the name under which the provider offers the work
/// @param inputHash commitment to the input's RFC 6962 root over chunks of 2^20 bytes
/// @param inputBytes length of the input in bytes
/// @param attempts how often the provider may try the policy (D6)
/// @param maxWorkBytes largest work the customer takes, in bytes
/// @param customerNonce 32 random bytes; also names the exchange until the xid is known
public record Order(
        PartyId customer,
        PartyId provider,
        StamperRef stamper,
        String service,
        Bytes32 policyHash,
        Bytes32 hiddenCommit,
        Bytes32 inputHash,
        long inputBytes,
        Bytes32 pskId,
        Wei wage,
        Rail rail,
        Address payer,
        Deadlines deadlines,
        int attempts,
        long maxWorkBytes,
        Bytes32 customerNonce) {}
