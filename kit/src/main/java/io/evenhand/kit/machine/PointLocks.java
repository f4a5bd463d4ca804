package io.evenhand.kit.machine;

import io.evenhand.kit.deal.Deal;
import io.evenhand.kit.deal.LockAddresses;
import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.deal.RevealedKey;
import io.evenhand.kit.value.DealId;
import io.evenhand.kit.value.PublicKey;

/// Deals that pay whoever publishes the secret of a key.
public interface PointLocks {
    /// Whether a key from outside is on the curve and has a point lock; ask before {@link #lock}.
    boolean lockable(PublicKey key);

    /// Both addresses of the point lock (D12); refuses keys that have none.
    LockAddresses lock(PublicKey key);

    DealId dealId(Rail rail, Deal deal);

    /// Whether a published scalar opens the lock that names these two addresses.
    boolean opens(LockAddresses lock, RevealedKey key);
}
