/// Deterministic CBOR (RFC 8949, section 4.2): the only form in which anything is signed, hashed or
/// stored.
///
/// The declaration of a record is its wire format: a record is an array of its components, a sealed
/// interface is an array that starts with the name of the record. Reading refuses everything that
/// writing would not have produced.
@NullMarked
package io.evenhand.kit.codec;

import org.jspecify.annotations.NullMarked;
