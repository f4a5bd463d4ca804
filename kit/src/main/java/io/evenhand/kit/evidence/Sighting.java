package io.evenhand.kit.evidence;

/// A transaction that somebody claims to have seen in a block. Equal ones are the same sighting.
public interface Sighting {
    long blockNumber();
}
