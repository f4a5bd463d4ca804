package io.evenhand.node.delegation.customer;

import io.evenhand.kit.deal.Rail;
import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.KeyId;
import io.evenhand.node.Node;
import io.evenhand.node.delegation.Commitments;
import io.evenhand.protocols.delegation.customer.Plan;
import io.evenhand.protocols.delegation.message.Order;
import java.security.SecureRandom;

/// Makes an order out of what a user asked for: draws the secrets and the salts of its commitments.
final class PlanMaker {
    private static final SecureRandom RANDOM = new SecureRandom();

    private PlanMaker() {}

    /// What the node took in for the exchange.
    ///
    /// @param inputRoot plain root of its copy of the input
    /// @param hiddenCommit the commitment to its copy of the hidden data
    record Own(Bytes32 ref, Bytes32 inputRoot, long inputBytes, Bytes32 hiddenCommit) {}

    /// To be called in the transaction that stores the plan: what is drawn is stored with it.
    static Plan plan(Node node, Rail rail, Address payer, DelegationRequest request, Own own) {
        KeyId psk = node.store().keys().create();
        Bytes32 policySalt = randomBytes();
        Bytes32 inputSalt = randomBytes();
        String policy = request.policy().canonical();
        Order order =
                new Order(
                        node.identity().party(),
                        request.provider(),
                        request.stamper(),
                        request.service(),
                        Commitments.policy(node.crypto(), policySalt, policy),
                        own.hiddenCommit(),
                        Commitments.input(node.crypto(), inputSalt, own.inputRoot()),
                        own.inputBytes(),
                        node.crypto().pskId(psk),
                        request.wage(),
                        rail,
                        payer,
                        request.deadlines(),
                        request.attempts(),
                        request.maxWorkBytes(),
                        own.ref());
        return new Plan(order, policy, policySalt, inputSalt, psk);
    }

    static Bytes32 randomBytes() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Bytes32.of(bytes);
    }
}
