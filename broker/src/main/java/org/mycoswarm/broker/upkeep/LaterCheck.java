package org.mycoswarm.broker.upkeep;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does after the start, once and on a thread of its own, what a start need not wait for: it checks
/// the part of the log that lies before the snapshot. What is wrong there ends the broker, as it
/// would have kept it from starting.
public final class LaterCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LaterCheck.class);

  private final Runnable check;
  private final Consumer<Throwable> onFailure;
  private volatile boolean closed;

  /// @param check throws when something is wrong
  /// @param onFailure told what is wrong, unless this was closed meanwhile
  public LaterCheck(Runnable check, Consumer<Throwable> onFailure) {
    this.check = check;
    this.onFailure = onFailure;
  }

  public void start() {
    Thread.ofPlatform().name("log-check").daemon().start(this::run);
  }

  private void run() {
    try {
      check.run();
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.error("The log is not what was written, before the snapshot that this start used", e);
        onFailure.accept(e);
      }
    }
  }

  /// Does not wait for the check: closing the log ends it.
  @Override
  public void close() {
    closed = true;
  }
}
