package org.mycoswarm.queue.log;

/// The place of an entry in the log: 1 for the first entry, and one more for each that follows,
/// without a gap. Also the id of a server-sent event and the `asOf` of a query. [#START] is the
/// place before the first entry.
public record LogPosition(long value) implements Comparable<LogPosition> {
  public static final LogPosition START = new LogPosition(0);

  public LogPosition {
    if (value < 0) {
      throw new IllegalArgumentException("Expected a position of 0 or more, but it is " + value);
    }
  }

  public LogPosition next() {
    return new LogPosition(value + 1);
  }

  public boolean isAfter(LogPosition other) {
    return value > other.value;
  }

  @Override
  public int compareTo(LogPosition other) {
    return Long.compare(value, other.value);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
