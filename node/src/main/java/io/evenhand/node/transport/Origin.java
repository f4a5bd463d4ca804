package io.evenhand.node.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/// Where a connection comes from, by the two prefixes in which addresses are assigned: one more
/// prefix costs its owner something, one more address inside it costs nothing.
///
/// @param network `/24` of IPv4, the narrowest block that is routed by itself, and `/48` of IPv6,
///   what a site gets
/// @param host one address of IPv4, and `/64` of IPv6: who has one address of that has them all
public record Origin(String network, String host) {
    private static final int IPV4 = 4;
    private static final int[] IPV4_BYTES = {3, 4};
    private static final int[] IPV6_BYTES = {6, 8};

    /// An IPv4 address that is written as one of IPv6 is one of IPv4: the JDK reads it so.
    static Origin of(InetAddress address) {
        int[] widths = address.getAddress().length == IPV4 ? IPV4_BYTES : IPV6_BYTES;
        return new Origin(prefix(address, widths[0]), prefix(address, widths[1]));
    }

    private static String prefix(InetAddress address, int bytes) {
        byte[] all = address.getAddress();
        Arrays.fill(all, bytes, all.length, (byte) 0);
        try {
            return InetAddress.getByAddress(all).getHostAddress() + "/" + bytes * Byte.SIZE;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of no length", e);
        }
    }
}
