package io.evenhand.demo.delegation.judge;

import java.math.BigInteger;
import java.util.OptionalDouble;

/// The raw facts of an exchange and the conclusion (decisions 22).
///
/// @param customerDelta change of the customer's balance in wei, gas excluded
/// @param providerDelta change of the provider's balance in wei, gas excluded
/// @param customerOpens the customer's files, psk and the published keys open the work
/// @param policyPasses the policy passes on what was opened
/// @param outsiderOpens the ciphertext and the published keys open the work without psk
/// @param accuracy share of hidden rows that the opened work labels right, if the policy asks for
///   it
/// @param fair no party that followed the rules is worse off
public record Ruling(
        BigInteger customerDelta,
        BigInteger providerDelta,
        boolean customerOpens,
        boolean policyPasses,
        boolean outsiderOpens,
        OptionalDouble accuracy,
        boolean fair) {
    /// @param customerHonest the customer followed the rules
    /// @param providerHonest the provider followed the rules
    static Ruling of(
            BigInteger customerDelta,
            BigInteger providerDelta,
            boolean customerOpens,
            boolean policyPasses,
            boolean outsiderOpens,
            OptionalDouble accuracy,
            boolean customerHonest,
            boolean providerHonest,
            BigInteger wage) {
        boolean paidForWork =
                customerDelta.equals(wage.negate())
                        && customerOpens
                        && policyPasses
                        && !outsiderOpens;
        boolean customerWhole = customerDelta.signum() >= 0 || paidForWork;
        boolean given = customerOpens || outsiderOpens;
        boolean providerWhole =
                given ? providerDelta.compareTo(wage) >= 0 : providerDelta.signum() >= 0;
        boolean fair = (!customerHonest || customerWhole) && (!providerHonest || providerWhole);
        return new Ruling(
                customerDelta,
                providerDelta,
                customerOpens,
                policyPasses,
                outsiderOpens,
                accuracy,
                fair);
    }
}
