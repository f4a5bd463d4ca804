package io.evenhand.kit.seal;

/// Padmé size classes (S8): lengths are rounded up so that a length of n bits keeps only its top
/// few, which costs at most 12 % and leaks O(log log n) bits.
///
/// Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs".
public final class Padme {
    private Padme() {}

    /// The size class of a length of at least 2 bytes.
    public static long length(long length) {
        if (length < 2 || length > Long.MAX_VALUE >>> 1) {
            throw new IllegalArgumentException("no size class for " + length + " bytes");
        }
        int exponent = 63 - Long.numberOfLeadingZeros(length);
        int kept = 32 - Integer.numberOfLeadingZeros(exponent);
        long mask = (1L << (exponent - kept)) - 1;
        return (length + mask) & ~mask;
    }
}
