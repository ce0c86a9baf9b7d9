package org.mycoswarm.queue.log;

/// The one source of truth: an append-only sequence of entries, one for each command that changed
/// something.
///
/// Promises that every adapter keeps, and that its contract test holds:
///
/// - An entry is there whole or not at all, whatever happens to the process or the power.
/// - After [#sync] returns, everything appended before it survives a power cut.
/// - [#read] hands out only synced entries, in order and without a gap.
/// - A damaged entry is named by its position ([LogDamaged]); it is never skipped and never handed
///   out.
/// - Opening drops an incomplete end that nobody was told about, and refuses anything else that is
///   wrong.
/// - What [#dropBefore] dropped is never handed out again, also after a crash in the middle of it.
///
/// [#append] and [#sync] belong to one thread, the writer. Everything else may be called by any
/// thread.
public interface EventLog extends AutoCloseable {
  /// Appends one entry. It is not durable, and no reader sees it, until [#sync] returns.
  ///
  /// @return the position the entry has from now on
  /// @throws LogFailure when the disk refuses; the log must then be closed and opened again
  LogPosition append(byte[] body);

  /// Returns once everything appended so far would survive a power cut.
  ///
  /// @throws LogFailure when the disk refuses; nothing since the last sync may be acknowledged, and
  ///     the log must be closed and opened again. Never retry: the kernel may have dropped the
  ///     pages that failed
  void sync();

  /// The position of the last entry that [#sync] made durable, or [LogPosition#START].
  LogPosition durable();

  /// The position of the first entry that is still there; 1 when nothing was dropped, also when the
  /// log is empty.
  LogPosition first();

  /// Reads the durable entries after a position. A cursor sees entries that become durable later,
  /// too.
  ///
  /// @throws LogFailure when the entry after this position was dropped
  LogCursor read(LogPosition after);

  /// Drops old entries to make room: as many whole files as lie before a position. Entries from
  /// `keepFrom` on stay, and so does the last durable one; [#first] tells what was dropped. Cursors
  /// that had not read it yet fail with a [LogFailure].
  ///
  /// @param keepFrom at most one after [#durable]
  /// @throws LogFailure when the disk refuses; no entry from `keepFrom` on is lost, the log goes
  ///     on, and the next call drops what this one did not
  void dropBefore(LogPosition keepFrom);

  @Override
  void close();
}
