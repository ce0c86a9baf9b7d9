package org.mycoswarm.benchmarks.load;

import java.util.concurrent.TimeUnit;

/// Waits until a server has ended what it still does after its answers (tables, vacuum, rewriting
/// its file), so that it pays for it itself and the next contender does not.
public final class Calm {
  private static final double CALM_SECONDS = 0.2;
  private static final double CALM_SHARE = 0.10;
  private static final int PATIENCE_SECONDS = 30;

  private Calm() {}

  /// @return the server's processor time by then
  public static double await(Contender contender) throws Exception {
    return await(contender, PATIENCE_SECONDS);
  }

  /// @param seconds to wait at most
  /// @return the server's processor time by then
  public static double await(Contender contender, int seconds) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    double before = contender.serverCpuSeconds();
    while (true) {
      TimeUnit.MILLISECONDS.sleep((long) (CALM_SECONDS * 1e3));
      double now = contender.serverCpuSeconds();
      if (now - before <= CALM_SECONDS * CALM_SHARE || System.nanoTime() > deadline) {
        return now;
      }
      before = now;
    }
  }
}
