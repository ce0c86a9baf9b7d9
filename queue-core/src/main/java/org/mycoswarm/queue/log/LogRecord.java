package org.mycoswarm.queue.log;

/// One entry as the log stores it: its position and its encoded body. Readers must not change
/// `body`.
@SuppressWarnings("ArrayRecordComponent") // a value to hand over once, never compared
public record LogRecord(LogPosition position, byte[] body) {
  /// The longest body an entry may have.
  public static final int BODY_BYTES_MAX = 8 << 20;
}
