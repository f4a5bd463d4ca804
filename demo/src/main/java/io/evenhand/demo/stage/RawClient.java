package io.evenhand.demo.stage;

import com.fasterxml.jackson.databind.JsonNode;
import io.evenhand.kit.sign.Ed25519Identity;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.PartyId;
import io.evenhand.node.store.Role;
import io.evenhand.node.transport.PeerClient;
import io.evenhand.node.transport.PeerClientOptions;
import io.evenhand.node.transport.PeerException;
import io.evenhand.node.transport.TlsIdentity;
import java.io.IOException;
import java.security.SecureRandom;

/// A client of a party's server that is not our program: the same TLS, any key, any messages.
public final class RawClient implements AutoCloseable {
    private final DemoNet net;
    private final Role server;
    private final PeerClient client;

    private RawClient(DemoNet net, Role server, TlsIdentity me) throws InterruptedException {
        JsonNode listening = net.parties().of(server).listening();
        this.net = net;
        this.server = server;
        this.client =
                new PeerClient(
                        me,
                        "127.0.0.1",
                        listening.path("port").asInt(),
                        new PartyId(Bytes32.parse(listening.path("identity").asText())),
                        PeerClientOptions.DEFAULT.withAttempts(1));
    }

    /// With the key of a party, whose own process goes on meanwhile.
    public static RawClient as(DemoNet net, Role who, Role server) throws InterruptedException {
        Ed25519Identity identity = net.setup().keys(who).identity();
        return new RawClient(net, server, new TlsIdentity(identity));
    }

    /// With a key that nobody knows.
    public static RawClient stranger(DemoNet net, Role server) throws InterruptedException {
        Secret32 secret = Secret32.random(new SecureRandom());
        return new RawClient(net, server, new TlsIdentity(new Ed25519Identity(secret)));
    }

    /// Something said to the server.
    @FunctionalInterface
    public interface Words {
        void to(PeerClient client) throws PeerException, IOException, InterruptedException;
    }

    /// Says something; true if the server did not say no.
    public boolean says(String what, Words words) throws IOException, InterruptedException {
        net.cheated(what);
        try {
            words.to(client);
            return true;
        } catch (PeerException e) {
            net.say("the " + server.text() + " answers: " + e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
