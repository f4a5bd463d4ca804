package io.evenhand.node.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Names are looked up as usual; addresses have no names here.
///
/// Helidon asks for the name of each address that connects, before the handshake, on one of the few
/// threads that carry all connections. Whoever connects decides which name server answers that, and
/// how slowly.
public final class NoReverseLookups extends InetAddressResolverProvider {
    @Override
    public InetAddressResolver get(Configuration configuration) {
        InetAddressResolver usual = configuration.builtinResolver();
        return new InetAddressResolver() {
            @Override
            public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
                    throws UnknownHostException {
                return usual.lookupByName(host, policy);
            }

            @Override
            public String lookupByAddress(byte[] address) throws UnknownHostException {
                throw new UnknownHostException("addresses are not looked up");
            }
        };
    }

    @Override
    public String name() {
        return "no reverse lookups";
    }
}
