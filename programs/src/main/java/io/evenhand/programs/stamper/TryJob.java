package io.evenhand.programs.stamper;

import io.evenhand.kit.seal.SealTarget;
import io.evenhand.kit.sign.Secret32;
import java.nio.file.Path;
import java.util.Optional;

/// One attempt, as the machine hands it over once its number is flushed.
///
/// @param policy canonical text, whose hash the machine found in the Terms
/// @param hidden hidden data that were checked against the Terms when they came; empty for a policy
///   that takes none
/// @param target exchange, attempt and the provider's key, all from the Terms
/// @param seed the provider's; the provider alone keeps it
/// @param psk the one that the customer provided, never one that came with the work (decisions 4)
public record TryJob(
        String policy,
        Path hidden,
        SpooledWork work,
        SealTarget target,
        Secret32 seed,
        Optional<Secret32> psk) {}
