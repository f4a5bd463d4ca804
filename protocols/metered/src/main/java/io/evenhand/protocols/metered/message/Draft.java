package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;

/// What a requester asks for (S1); the node completes it to {@link Terms}.
///
/// @param most the highest prices that the requester agrees to; the node's own may be lower
public record Draft(
        PartyId requester,
        PartyId node,
        Rail rail,
        Address payer,
        Address signer,
        long timeout,
        long startBlock,
        Bytes32 program,
        @Limit(16) String abi,
        int meter,
        Limits limits,
        Prices most,
        Wei deposit,
        int window,
        int signEvery,
        Bytes32 attestation,
        Bytes32 requesterNonce) {
    /// The Terms that this becomes.
    public Terms complete(Address payee, Prices prices, Bytes32 nodeNonce) {
        return new Terms(
                requester,
                node,
                rail,
                payer,
                payee,
                signer,
                timeout,
                startBlock,
                program,
                abi,
                meter,
                limits,
                prices,
                deposit,
                window,
                signEvery,
                attestation,
                requesterNonce,
                nodeNonce);
    }
}
