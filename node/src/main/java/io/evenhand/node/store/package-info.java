/// What a node must not forget: one SQLite file beside the bulky blobs, in one directory that only
/// one process uses.
///
/// ```
/// <data directory>/
///   lock           held while a process uses the directory
///   identity.key   identity, wallet and master key (NodeKeys)
///   journal.db     everything small: states, outbox, timers, secrets, statements, transactions
///   blobs/         everything big: inputs, works, sealed chunks
/// ```
///
/// {@link io.evenhand.node.store.Journal} is the file and its transactions; each table is a class
/// of its own; {@link io.evenhand.node.store.Store} opens all of them together. A call returns when
/// its data are flushed to the disk, except for the few whose comment says that they need no flush.
/// Several calls inside {@link io.evenhand.node.store.Store#transact} are stored together or not at
/// all: that is how a new state, its effects and the statements it made become durable in one piece
/// (protocols.md 1.6). Threads that store at the same time share a flush: {@link
/// io.evenhand.node.store.GroupCommit}.
@NullMarked
package io.evenhand.node.store;

import org.jspecify.annotations.NullMarked;
