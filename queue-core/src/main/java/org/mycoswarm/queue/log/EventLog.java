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
///
/// [#append] and [#sync] belong to one thread, the writer. [#read] and the positions may be called
/// by any thread.
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

  /// Reads the durable entries after a position. A cursor sees entries that become durable later,
  /// too.
  LogCursor read(LogPosition after);

  @Override
  void close();
}
