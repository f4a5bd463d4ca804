package io.evenhand.kit.seal;

import io.evenhand.kit.sign.Hashes;

/// The key schedule of HPKE (RFC 9180, section 5.1) in the modes base and psk, as far as the export
/// interface (section 5.3) needs it.
///
/// The KDF is HKDF-SHA256. Our suite has the AEAD "export-only", whose key and nonce are empty;
/// other suites appear in the RFC's vectors, which this class is tested with.
final class HpkeSchedule {
    static final int KDF_HKDF_SHA256 = 0x0001;
    static final int AEAD_EXPORT_ONLY = 0xffff;

    private static final byte[] VERSION = Hashes.ascii("HPKE-v1");
    private static final byte[] NONE = {};
    private static final byte MODE_BASE = 0;
    private static final byte MODE_PSK = 1;

    private final byte[] suiteId;

    HpkeSchedule(int kemId, int aeadId) {
        this.suiteId =
                Hashes.concat(Hashes.ascii("HPKE"), two(kemId), two(KDF_HKDF_SHA256), two(aeadId));
    }

    /// The exporter secret without a pre-shared secret.
    byte[] base(byte[] sharedSecret, byte[] info) {
        return exporterSecret(MODE_BASE, sharedSecret, info, NONE, NONE);
    }

    /// The exporter secret with a pre-shared secret of at least 32 bytes and its name.
    byte[] psk(byte[] sharedSecret, byte[] info, byte[] psk, byte[] pskId) {
        if (psk.length < 32 || pskId.length == 0) {
            throw new IllegalArgumentException("psk mode wants 32 secret bytes and a name");
        }
        return exporterSecret(MODE_PSK, sharedSecret, info, psk, pskId);
    }

    /// Context.Export: `length` bytes for one purpose.
    byte[] export(byte[] exporterSecret, byte[] context, int length) {
        return labeledExpand(suiteId, exporterSecret, "sec", context, length);
    }

    private byte[] exporterSecret(
            byte mode, byte[] sharedSecret, byte[] info, byte[] psk, byte[] pskId) {
        byte[] context =
                Hashes.concat(
                        new byte[] {mode},
                        labeledExtract(suiteId, NONE, "psk_id_hash", pskId),
                        labeledExtract(suiteId, NONE, "info_hash", info));
        byte[] secret = labeledExtract(suiteId, sharedSecret, "secret", psk);
        return labeledExpand(suiteId, secret, "exp", context, Hashes.SIZE);
    }

    static byte[] labeledExtract(byte[] suiteId, byte[] salt, String label, byte[] material) {
        return Hashes.hkdfExtract(
                salt, Hashes.concat(VERSION, suiteId, Hashes.ascii(label), material));
    }

    static byte[] labeledExpand(byte[] suiteId, byte[] key, String label, byte[] info, int length) {
        return Hashes.hkdfExpand(
                key,
                Hashes.concat(two(length), VERSION, suiteId, Hashes.ascii(label), info),
                length);
    }

    /// A number as two big-endian bytes.
    static byte[] two(int value) {
        return new byte[] {(byte) (value >>> 8), (byte) value};
    }
}
