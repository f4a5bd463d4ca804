package io.evenhand.protocols.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.evenhand.kit.value.Address;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PublicKey;
import io.evenhand.kit.value.Signature;
import io.evenhand.kit.value.Wei;
import io.evenhand.kit.value.Xid;
import io.evenhand.protocols.delegation.customer.CustomerState;
import io.evenhand.protocols.delegation.message.Message;
import io.evenhand.protocols.delegation.message.Statements;
import io.evenhand.protocols.delegation.message.Terms;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// AskingStampKey, Offered and Provisioning: until the Terms are signed and the stamper is ready.
class CustomerAgreeingTest {
    private final World world = new World();

    private Message.StampKeyMade stampKeyMade() {
        world.customer(new Input.Begin(world.now));
        Message.AskStampKey ask = World.message(world.fromCustomer, Message.AskStampKey.class);
        world.stamperHears(world.customer.party(), ask);
        return World.message(world.fromStamper, Message.StampKeyMade.class);
    }

    private Message.Accept accept() {
        world.customerHears(world.stamper.party(), stampKeyMade());
        Message.Offer offer = World.message(world.fromCustomer, Message.Offer.class);
        world.providerHears(world.customer.party(), offer);
        return World.message(world.fromProvider, Message.Accept.class);
    }

    /// An acceptance of other Terms that its signer really made.
    private Message.Accept signed(Terms terms) {
        Statements.Possession possession =
                new Statements.Possession(world.providerCrypto.xid(terms));
        return new Message.Accept(
                terms,
                world.providerCrypto.sign(world.workKey, possession),
                world.providerCrypto.sign(terms));
    }

    private Message.Ready ready() {
        world.customerHears(world.provider.party(), accept());
        world.stamperHears(
                world.customer.party(), World.message(world.fromCustomer, Message.Provision.class));
        return World.message(world.fromStamper, Message.Ready.class);
    }

    private void stays(Class<?> state, String why) {
        assertInstanceOf(state, world.c);
        assertTrue(world.lastIgnored().contains(why), world.lastIgnored());
    }

    @Test
    @DisplayName("T1: a second Begin changes nothing")
    void beginsOnce() {
        world.customer(new Input.Begin(world.now));
        CustomerState before = world.c;
        world.customer(new Input.Begin(world.now));
        assertEquals(before, world.c);
        stays(CustomerState.AskingStampKey.class, "already begun");
    }

    @Test
    @DisplayName("decisions 1: a stamp key from anybody but the stamper is ignored")
    void stampKeyFromStranger() {
        Message.StampKeyMade made = stampKeyMade();
        world.customerHears(world.provider.party(), made);
        stays(CustomerState.AskingStampKey.class, "somebody else");
    }

    @Test
    @DisplayName("decisions 1: a stamp key for another exchange is ignored")
    void stampKeyForAnotherNonce() {
        Message.StampKeyMade made = stampKeyMade();
        world.customerHears(world.stamper.party(), Change.with(made, "nonce", world.bytes32()));
        stays(CustomerState.AskingStampKey.class, "somebody else");
    }

    @Test
    @DisplayName("decisions 1: a swapped stamp key is not signed by the stamper")
    void stampKeySwapped() {
        Message.StampKeyMade made = stampKeyMade();
        PublicKey other = world.stamperCrypto.publicKey(world.workKey);
        world.customerHears(world.stamper.party(), Change.with(made, "stampKey", other));
        stays(CustomerState.AskingStampKey.class, "not signed by the stamper");
    }

    @Test
    @DisplayName("D3: a stamper attested in another profile ends the exchange")
    void stampKeyOfAnotherProfile() {
        Message.StampKeyMade made = stampKeyMade();
        Statements.StampKey statement =
                new Statements.StampKey(
                        world.stamper.party(),
                        world.customer.party(),
                        made.nonce(),
                        made.stampKey(),
                        "tee");
        world.customerHears(
                world.stamper.party(),
                Change.with(
                        Change.with(made, "profile", "tee"),
                        "signature",
                        world.stamperCrypto.sign(statement)));
        String reason = assertInstanceOf(CustomerState.Aborted.class, world.c).why().line();
        assertTrue(reason.contains("attested as tee"), reason);
    }

    @Test
    @DisplayName("T2: an acceptance from anybody but the provider is ignored")
    void acceptFromStranger() {
        Message.Accept accept = accept();
        world.customerHears(world.stranger, accept);
        stays(CustomerState.Offered.class, "somebody else");
    }

    @Test
    @DisplayName("D22: an acceptance that changes the order is ignored, even well signed")
    void acceptChangesOrder() {
        Terms terms = Change.with(accept().terms(), "order.wage", Wei.parse("1 eth"));
        world.customerHears(world.provider.party(), signed(terms));
        stays(CustomerState.Offered.class, "D22");
    }

    @Test
    @DisplayName("D22: an acceptance that changes the stamp key is ignored, even well signed")
    void acceptChangesStampKey() {
        Terms terms = accept().terms();
        world.customerHears(
                world.provider.party(), signed(Change.with(terms, "stampKey", terms.workKey())));
        stays(CustomerState.Offered.class, "D22");
    }

    @Test
    @DisplayName("D8: an acceptance that pays nobody is ignored")
    void acceptPaysNobody() {
        Terms terms = Change.with(accept().terms(), "payee", Address.ZERO);
        world.customerHears(world.provider.party(), signed(terms));
        stays(CustomerState.Offered.class, "D8");
    }

    @Test
    @DisplayName("D8: an acceptance that pays the contract itself, which takes no such deposit")
    void acceptPaysTheContract() {
        Terms terms = Change.with(accept().terms(), "payee", World.RAIL.contract());
        world.customerHears(world.provider.party(), signed(terms));
        stays(CustomerState.Offered.class, "D8");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x08, 0x11, 0x100, 0xffff})
    @DisplayName("D25: an acceptance that pays one of the chain's own programs is ignored")
    void acceptPaysAPrecompile(int reserved) {
        Terms terms = Change.with(accept().terms(), "payee", new Address(0, 0, reserved));
        world.customerHears(world.provider.party(), signed(terms));
        stays(CustomerState.Offered.class, "D25");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0x10000", "0, 0, -1", "0, 1, 8", "1, 0, 8"})
    @DisplayName("D25: every other address may be paid")
    void acceptPaysAnybodyElse(long a, long b, int c) {
        Terms terms = Change.with(accept().terms(), "payee", new Address(a, b, c));
        world.customerHears(world.provider.party(), signed(terms));
        assertInstanceOf(CustomerState.Provisioning.class, world.c);
    }

    @Test
    @DisplayName("D12: a work key off the curve is ignored")
    void acceptWithKeyOffCurve() {
        Terms terms = Change.with(accept().terms(), "workKey", Keys.OFF_CURVE);
        world.customerHears(world.provider.party(), signed(terms));
        stays(CustomerState.Offered.class, "D12");
    }

    @Test
    @DisplayName("D12: the one key without a second address is ignored")
    void acceptWithKeyWithoutLock() {
        Terms terms = Change.with(accept().terms(), "workKey", Keys.WITHOUT_LOCK);
        world.customerHears(world.provider.party(), signed(terms));
        stays(CustomerState.Offered.class, "D12");
    }

    @Test
    @DisplayName(
            "D13: a work key without proof of possession is ignored (copied from another provider)")
    void acceptWithoutPossession() {
        Terms terms = accept().terms();
        PublicKey copied = world.stamperCrypto.publicKey(world.psk);
        world.customerHears(world.provider.party(), signed(Change.with(terms, "workKey", copied)));
        stays(CustomerState.Offered.class, "D13");
    }

    @Test
    @DisplayName("D13: a proof of possession for another exchange is ignored")
    void acceptWithOldPossession() {
        Message.Accept accept = accept();
        Terms other = Change.with(accept.terms(), "providerNonce", world.bytes32());
        world.customerHears(
                world.provider.party(),
                Change.with(signed(other), "possession", accept.possession()));
        stays(CustomerState.Offered.class, "D13");
    }

    @Test
    @DisplayName("T2: an acceptance that the provider did not sign is ignored")
    void acceptUnsigned() {
        Message.Accept accept = accept();
        Signature strangers = world.customerCrypto.sign(accept.terms());
        world.customerHears(world.provider.party(), Change.with(accept, "signature", strangers));
        stays(CustomerState.Offered.class, "not signed by the provider");
    }

    @Test
    @DisplayName("T2: a second acceptance with other Terms is ignored (D22: no equivocation)")
    void acceptTwice() {
        Message.Accept accept = accept();
        world.customerHears(world.provider.party(), accept);
        CustomerState before = world.c;
        world.customerHears(
                world.provider.party(),
                signed(Change.with(accept.terms(), "providerNonce", world.bytes32())));
        assertEquals(before, world.c);
        stays(CustomerState.Provisioning.class, "Accept in Provisioning");
    }

    @Test
    @DisplayName("16a: a Ready from anybody but the stamper is ignored")
    void readyFromStranger() {
        Message.Ready ready = ready();
        world.customerHears(world.provider.party(), ready);
        stays(CustomerState.Provisioning.class, "16a");
    }

    @Test
    @DisplayName("16a: a Ready signed for another exchange is ignored")
    void readyForAnotherExchange() {
        Message.Ready ready = ready();
        Statements.Provisioned other = new Statements.Provisioned(new Xid(world.bytes32()));
        world.customerHears(
                world.stamper.party(),
                Change.with(ready, "signature", world.stamperCrypto.sign(other)));
        stays(CustomerState.Provisioning.class, "16a");
    }

    @Test
    @DisplayName("16a: psk and signature leave for the provider only after the stamper's Ready")
    void startAfterReady() {
        Message.Ready ready = ready();
        assertTrue(
                world.fromCustomer.stream()
                        .noneMatch(e -> e instanceof Effect.Send(var _, Message.Start _)));
        world.customerHears(world.stamper.party(), ready);
        Message.Start start = World.message(world.fromCustomer, Message.Start.class);
        assertEquals(world.psk, start.psk());
        world.customerHears(world.stamper.party(), ready);
        stays(CustomerState.AwaitingWork.class, "Ready in AwaitingWork");
    }

    @Test
    @DisplayName("Refuse is advisory: from a party it ends the exchange, from others it is ignored")
    void refused() {
        world.agreed();
        world.customerHears(world.stranger, new Message.Refuse("ha"));
        stays(CustomerState.AwaitingWork.class, "somebody else");
        world.customerHears(world.provider.party(), new Message.Refuse("busy"));
        assertEquals(
                new CustomerState.Aborted(
                        Rule.PROVIDER_REFUSED.because("the provider refuses: busy")),
                world.c);
    }

    @Test
    @DisplayName("D-I8: without an answer every early state ends at tWork")
    void endsAtTWork() {
        for (int steps = 0; steps < 4; steps++) {
            World w = new World();
            w.customer(new Input.Begin(w.now));
            Effect.WakeAt wake = World.take(w.fromCustomer, Effect.WakeAt.class).getFirst();
            assertEquals(new Effect.WakeAt(Timer.WORK, World.T0 + 100), wake);
            for (int i = 0; i < steps; i++) {
                w.deliverOnce();
                w.deliverOnce();
            }
            w.at(World.T0 + 100);
            w.customer(new Input.Woke(Timer.WORK, w.now));
            assertInstanceOf(CustomerState.Aborted.class, w.c);
        }
    }

    @Test
    @DisplayName("before a deposit the customer may walk away, and says so to the provider")
    void givesUp() {
        world.agreed();
        world.customer(new Input.GivenUp(world.now));
        assertInstanceOf(CustomerState.Aborted.class, world.c);
        World.message(world.fromCustomer, Message.Refuse.class);
        world.customer(new Input.GivenUp(world.now));
        stays(CustomerState.Aborted.class, "over already");
    }

    @Test
    @DisplayName("a failed upload of the input ends the exchange")
    void inputFails() {
        world.agreed();
        world.customer(
                new Input.Done(new JobResult.Failed("SendInput", "no such file"), world.now));
        assertEquals(
                new CustomerState.Aborted(Rule.JOB_FAILED.because("SendInput: no such file")),
                world.c);
    }

    @Test
    @DisplayName("decisions 1: an Offer names the stamp key of the stamper")
    void offerNamesStampKey() {
        Message.StampKeyMade made = stampKeyMade();
        world.customerHears(world.stamper.party(), made);
        Message.Offer offer = World.message(world.fromCustomer, Message.Offer.class);
        assertEquals(made.stampKey(), offer.stampKey());
        assertTrue(!offer.order().customerNonce().equals(Bytes32.ZERO));
    }
}
