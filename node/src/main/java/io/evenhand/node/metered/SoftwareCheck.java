package io.evenhand.node.metered;

import io.evenhand.protocols.metered.requester.RequesterEffect;
import java.util.Optional;

/// Evidence of the profile `software`: anybody could write it, so it is believed if it names this
/// session's nonce and keys.
final class SoftwareCheck {
    private SoftwareCheck() {}

    static Optional<String> against(RequesterEffect.CheckEvidence check) {
        return check.hello().hello().evidence().length() == 0
                ? Optional.of("the node shows no evidence for its enclave's keys")
                : Optional.empty();
    }
}
