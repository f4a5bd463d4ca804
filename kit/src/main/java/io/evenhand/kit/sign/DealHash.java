package io.evenhand.kit.sign;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.DealId;

/// The id of a deal as the contract computes it from calldata (decisions 8): keccak-256 of
/// `abi.encode(chainid, this, payer, payee, token, amount, claimBy, salt, lockKind, a1, a2,
/// termsHash)`, twelve static words.
public final class DealHash {
    private DealHash() {}

    /// The id; a field that its Solidity type cannot hold is refused.
    public static DealId of(Rail rail, Deal deal) {
        byte[] hash =
                Hashes.keccak256(
                        Words.uint(rail.chainId(), 256),
                        Words.address(rail.contract()),
                        Words.address(deal.payer()),
                        Words.address(deal.payee()),
                        Words.address(deal.token()),
                        Words.uint(deal.amount().value(), 256),
                        Words.uint(deal.claimBy(), 64),
                        deal.salt().toByteArray(),
                        Words.uint(deal.lockKind(), 8),
                        Words.address(deal.lock().a1()),
                        Words.address(deal.lock().a2()),
                        deal.termsHash().toByteArray());
        return new DealId(Bytes32.of(hash));
    }
}
