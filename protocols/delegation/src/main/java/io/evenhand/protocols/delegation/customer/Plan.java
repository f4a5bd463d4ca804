package io.evenhand.protocols.delegation.customer;

import io.evenhand.kit.codec.Limit;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Order;

/// What the customer decided and drew before the exchange began.
///
/// @param psk handle of the 32-byte pre-shared secret whose name is in the order (D19)
public record Plan(
        Order order,
        @Limit(Message.MAX_POLICY_BYTES) String policy,
        Bytes32 policySalt,
        Bytes32 inputSalt,
        KeyId psk) {}
