package org.mycoswarm.benchmarks.load;

/// What one round gave.
///
/// @param operations tasks submitted, completed or handed over
/// @param seconds from the first call to the last answer
/// @param p50 of one call, in milliseconds
/// @param p99 of one call, in milliseconds
public record Outcome(long operations, double seconds, double p50, double p99) {
  public double perSecond() {
    return operations / seconds;
  }
}
