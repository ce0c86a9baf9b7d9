package org.mycoswarm.benchmarks.load;

/// A workload that every contender gets in the same shape.
public enum Row {
  BULK(1, "bulk submit, 1,000 tasks a request, 4 callers", "tasks/s", 4, 1_000),
  SINGLE(2, "single submit, 16 callers", "tasks/s", 16, 1),
  WORK_ONE(3, "lease + complete one at a time, 16 workers", "tasks/s", 16, 1),
  WORK_BATCH(4, "lease + complete in batches of 100, 16 workers", "tasks/s", 16, 100),
  HANDOVER(5, "submit until leased by a parked worker", "p50 ms", 1, 1);

  private final int number;
  private final String title;
  private final String unit;
  private final int callers;
  private final int batch;

  Row(int number, String title, String unit, int callers, int batch) {
    this.number = number;
    this.title = title;
    this.unit = unit;
    this.callers = callers;
    this.batch = batch;
  }

  public String title() {
    return title;
  }

  /// What the first figure of the row counts.
  public String unit() {
    return unit;
  }

  /// Connections, each with a thread of its own that does one thing after the other.
  public int callers() {
    return callers;
  }

  /// Tasks in one request.
  public int batch() {
    return batch;
  }

  /// Whether tasks have to be there before the clock starts.
  public boolean takesWork() {
    return this == WORK_ONE || this == WORK_BATCH;
  }

  /// Number of the row in the requirements, from 1.
  public int number() {
    return number;
  }
}
