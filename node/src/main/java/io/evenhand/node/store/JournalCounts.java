package io.evenhand.node.store;

/// What a journal has done since it was opened.
///
/// @param commits transactions that were stored, as their callers see them: several may have shared
///   one of the database
/// @param flushes how often the disk was waited for at a commit; the three times that SQLite waits
///   for it when it moves its log into the file are not counted
public record JournalCounts(long commits, long flushes) {}
