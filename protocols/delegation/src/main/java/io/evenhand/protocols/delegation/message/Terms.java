package io.evenhand.protocols.delegation.message;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.sign.Statement;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import java.util.List;

/// What both sides sign before anything else (D22); its hash is the xid.
///
/// @param stampKey the paper's `pk_c`: made inside the stamper for this exchange (decisions 1)
/// @param workKey the paper's `pk_sp`: fresh for this exchange, never a wallet key (D13)
/// @param payee where the wage goes, fixed at deposit (D8)
/// @param providerNonce as good as random, and the same whenever the provider gets the same offer
///   (16g); its last eight bytes are the salt of the deal
public record Terms(
        Order order, PublicKey stampKey, PublicKey workKey, Address payee, Bytes32 providerNonce)
        implements Statement {
    @Override
    public String type() {
        return "deleg/terms";
    }

    /// One for an offer, whatever the provider's nonce.
    @Override
    public Bytes32 exchange() {
        return order.customerNonce();
    }

    /// D13, T2: a work key is named by the Terms of one exchange, ever.
    @Override
    public List<PublicKey> namedOnce() {
        return List.of(workKey);
    }

    /// From the provider's nonce, so that the deal leads back to the work key (decision 12).
    public Bytes32 dealSalt() {
        return dealSalt(providerNonce);
    }

    /// The same before there are Terms.
    public static Bytes32 dealSalt(Bytes32 providerNonce) {
        return Deal.salt(providerNonce.d());
    }
}
