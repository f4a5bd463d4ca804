/// The EVM rail: a wage in the escrow contract of any chain that speaks Ethereum's JSON-RPC.
///
/// ```
/// JsonRpc            one endpoint, HTTP or WebSocket; every answer checked and bounded
///   ChainWatcher     newest and final block, reorgs by parent hash; gives snapshots
///     Escrow         what the contract did with a deal, read as a DealView
///     TransactionManager   journal, nonces, fees; one per account; once shown, no way back (R3)
///       EscrowCalls        the calls of contracts/src/Escrow.sol that it is asked to send
/// ```
///
/// Nothing here decides about an exchange: the machine of the protocol sees `DealView` and asks for
/// transactions.
@NullMarked
package io.evenhand.ledger.evm;

import org.jspecify.annotations.NullMarked;
