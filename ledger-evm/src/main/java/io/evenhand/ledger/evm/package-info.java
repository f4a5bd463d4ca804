/// The EVM rail: a wage in the escrow contract, or a channel in the meter, of any chain that speaks
/// Ethereum's JSON-RPC.
///
/// ```
/// JsonRpc            one endpoint, HTTP or WebSocket; every answer checked and bounded
///   ChainWatcher     newest and final block, reorgs by parent hash; gives snapshots
///     Escrow         what the contract did with a deal, read as a DealView
///     Meter          the same for a channel, read as a MeterView
///     TransactionManager   journal, nonces, fees; one per account; once shown, no way back (R3)
///       EscrowCalls        the calls of contracts/src/Escrow.sol that it is asked to send
///       MeterCalls         those of contracts/src/Meter.sol
///   MeterHashes      what the meter hashes and checks: names, digests, signatures; needs no chain
/// ```
///
/// Nothing here decides about an exchange: the machine of the protocol sees `DealView` or
/// `MeterView` and asks for transactions.
@NullMarked
package io.evenhand.ledger.evm;

import org.jspecify.annotations.NullMarked;
