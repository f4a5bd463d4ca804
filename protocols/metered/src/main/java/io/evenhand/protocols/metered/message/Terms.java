package io.evenhand.protocols.metered.message;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.kit.value.Wei;

/// What both sides sign before anything else; its hash is the xid and the salt of the channel
/// (spec-metered G8, H).
///
/// @param rail chain, Meter contract and the hash of its code
/// @param signer address of the key of this channel only that signs updates, never a wallet's (A24)
/// @param timeout unix seconds: the payee closes before it, the payer takes back from it on
/// @param startBlock height from which the channel's events are looked for
/// @param program SHA-256 of the module
/// @param abi what the module exports
/// @param meter version of the table of fuel; other costs are another program
/// @param deposit what the requester opens the channel with
/// @param window rounds that may be signed and not opened (A7)
/// @param signEvery every so many rounds the enclave signs its statement (G6)
/// @param attestation hash of the policy that the enclave's evidence must meet
public record Terms(
        PartyId requester,
        PartyId node,
        Rail rail,
        Address payer,
        Address payee,
        Address signer,
        long timeout,
        long startBlock,
        Bytes32 program,
        @Limit(16) String abi,
        int meter,
        Limits limits,
        Prices prices,
        Wei deposit,
        int window,
        int signEvery,
        Bytes32 attestation,
        Bytes32 requesterNonce,
        Bytes32 nodeNonce)
        implements Statement {
    public static final String ABI = "program/1";
    public static final int METER = 1;

    /// What is signed and not opened lies in memory and on disk.
    public static final int MAX_WINDOW = 64;

    public static final int MAX_SIGN_EVERY = 4096;

    public Terms {
        if (window < 1 || window > MAX_WINDOW) {
            throw new MalformedException("a window has 1 to 64 rounds, got " + window);
        }
        if (signEvery < 1 || signEvery > MAX_SIGN_EVERY) {
            throw new MalformedException("signed is every 1st to 4096th round, not " + signEvery);
        }
    }

    @Override
    public String type() {
        return "metered/terms";
    }

    /// The xid is not known before both nonces are.
    @Override
    public Bytes32 exchange() {
        return requesterNonce;
    }
}
