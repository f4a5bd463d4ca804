package io.evenhand.ledger.evm;

import io.evenhand.kit.sign.RecoverableSignature;

/// A transaction before it is signed.
sealed interface Unsigned permits Eip1559, Legacy {
    byte[] signingHash();

    byte[] encode(RecoverableSignature signature);
}
