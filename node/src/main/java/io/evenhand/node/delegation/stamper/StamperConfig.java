package io.evenhand.node.delegation.stamper;

import io.evenhand.node.Capacity;
import io.evenhand.node.peer.AdmissionPolicy;

/// How a stamper runs.
///
/// @param name what it calls itself, for people
/// @param host name or address to listen on
/// @param port 0 for any free one
/// @param admission whose keys may ask for a stamp key
/// @param capacity of work in the spool and of open exchanges; its `jobs` judge side by side
public record StamperConfig(
        String name, String host, int port, AdmissionPolicy admission, Capacity capacity) {}
