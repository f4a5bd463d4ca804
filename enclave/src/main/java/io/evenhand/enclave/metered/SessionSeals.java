package io.evenhand.enclave.metered;

import io.evenhand.kit.codec.MalformedException;
import io.evenhand.kit.codec.Records;
import io.evenhand.kit.seal.Hpke;
import io.evenhand.kit.sign.Hashes;
import io.evenhand.kit.sign.Secret32;
import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import io.evenhand.kit.value.Signature;
import io.evenhand.protocols.metered.message.Provisioning;
import io.evenhand.protocols.metered.message.StreamMessage;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// What goes from a requester into the enclave, sealed past its host (spec-metered F9, F10, H).
///
/// ```
/// psk       HPKE to the enclave's key, info = xid:   u16 length, header, signature, psk
/// program   AES-256-GCM, HKDF(salt, psk, "fx/meter/program" ‖ u32 number)
/// state     AES-256-GCM, HKDF(salt, psk, "fx/meter/run" ‖ u32 number ‖ u32 round)
/// ```
///
/// Each salt is new for every sealing, so the nonce is 0; aad is xid, number, round.
public final class SessionSeals {
    private static final byte[] PROGRAM = Hashes.ascii("fx/meter/program");
    private static final byte[] RUN = Hashes.ascii("fx/meter/run");
    private static final int TAG_BITS = 128;
    private static final byte[] NONCE = new byte[12];

    private SessionSeals() {}

    /// What an enclave gets from its requester.
    public record Provided(Provisioning header, Signature signature, Secret32 psk) {}

    public static Octets sealPsk(Bytes32 encKey, Provided provided) {
        byte[] header = Records.encode(provided.header());
        byte[] psk = provided.psk().expose();
        byte[] plain =
                ByteBuffer.allocate(Short.BYTES + header.length + 64 + Secret32.SIZE)
                        .putShort((short) header.length)
                        .put(header)
                        .put(provided.signature().toByteArray())
                        .put(psk)
                        .array();
        Arrays.fill(psk, (byte) 0);
        try {
            return new Octets(Hpke.seal(encKey, provided.header().xid().toByteArray(), plain));
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    /// @throws MalformedException if it was not sealed to this key for this exchange
    static Provided openPsk(Hpke.KeyPair key, Bytes32 xid, Octets sealed) {
        byte[] plain = key.open(xid.toByteArray(), sealed.toByteArray());
        try {
            ByteBuffer in = ByteBuffer.wrap(plain);
            if (plain.length < Short.BYTES) {
                throw new MalformedException("a psk is cut short");
            }
            int length = Short.toUnsignedInt(in.getShort());
            if (plain.length != Short.BYTES + length + 64 + Secret32.SIZE) {
                throw new MalformedException("a psk has another length than it says");
            }
            byte[] header = new byte[length];
            byte[] signature = new byte[64];
            byte[] psk = new byte[Secret32.SIZE];
            in.get(header).get(signature).get(psk);
            Secret32 secret = Secret32.of(psk);
            Arrays.fill(psk, (byte) 0);
            return new Provided(
                    Records.decode(Provisioning.class, header), Signature.of(signature), secret);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }

    public static StreamMessage.SealedState sealState(
            Secret32 psk, Bytes32 xid, int number, int round, Octets state, SecureRandom random) {
        Bytes32 salt = salt(random);
        byte[] sealed =
                crypt(
                        Cipher.ENCRYPT_MODE,
                        psk,
                        salt,
                        Hashes.concat(RUN, four(number), four(round)),
                        aad(xid, number, round),
                        state.toByteArray());
        return new StreamMessage.SealedState(salt, new Octets(sealed));
    }

    static Octets openState(
            Secret32 psk, Bytes32 xid, int number, int round, StreamMessage.SealedState state) {
        return new Octets(
                crypt(
                        Cipher.DECRYPT_MODE,
                        psk,
                        state.salt(),
                        Hashes.concat(RUN, four(number), four(round)),
                        aad(xid, number, round),
                        state.ciphertext().toByteArray()));
    }

    public static StreamMessage.Program sealProgram(
            Secret32 psk, Bytes32 xid, int number, Octets module, SecureRandom random) {
        Bytes32 salt = salt(random);
        byte[] sealed =
                crypt(
                        Cipher.ENCRYPT_MODE,
                        psk,
                        salt,
                        Hashes.concat(PROGRAM, four(number)),
                        aad(xid, number, 0),
                        module.toByteArray());
        return new StreamMessage.Program(number, salt, new Octets(sealed));
    }

    static Octets openProgram(Secret32 psk, Bytes32 xid, StreamMessage.Program program) {
        return new Octets(
                crypt(
                        Cipher.DECRYPT_MODE,
                        psk,
                        program.salt(),
                        Hashes.concat(PROGRAM, four(program.number())),
                        aad(xid, program.number(), 0),
                        program.sealed().toByteArray()));
    }

    private static Bytes32 salt(SecureRandom random) {
        byte[] salt = new byte[32];
        random.nextBytes(salt);
        return Bytes32.of(salt);
    }

    private static byte[] crypt(
            int mode, Secret32 psk, Bytes32 salt, byte[] info, byte[] aad, byte[] text) {
        byte[] secret = psk.expose();
        byte[] extracted = Hashes.hkdfExtract(salt.toByteArray(), secret);
        byte[] key = Hashes.hkdfExpand(extracted, info, 32);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, NONCE));
            cipher.updateAAD(aad);
            return cipher.doFinal(text);
        } catch (AEADBadTagException e) {
            throw new MalformedException("it was not sealed for this session", e);
        } catch (GeneralSecurityException e) {
            if (mode == Cipher.DECRYPT_MODE) {
                throw new MalformedException("a sealed text is cut short", e);
            }
            throw new IllegalStateException("AES-256-GCM failed", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(extracted, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    private static byte[] aad(Bytes32 xid, int number, int round) {
        return Hashes.concat(xid.toByteArray(), four(number), four(round));
    }

    private static byte[] four(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
