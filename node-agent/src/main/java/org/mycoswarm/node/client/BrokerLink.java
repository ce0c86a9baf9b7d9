package org.mycoswarm.node.client;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection of a node to its broker, which heals itself: when the broker does not answer it
/// is looked for again, at a new address too, and it has to prove itself again. Says so once when
/// it breaks and once when it heals. Any thread.
public final class BrokerLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);

  /// One call to the broker.
  @FunctionalInterface
  public interface Call<T> {
    T on(BrokerClient broker) throws IOException, InterruptedException, BrokerProblem;
  }

  /// Looks for the broker once.
  @FunctionalInterface
  public interface Finder {
    /// @return null when it is not to be found now
    @Nullable BrokerClient find() throws InterruptedException;
  }

  private final Finder finder;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable BrokerClient current;
  private boolean searching;
  private boolean broken;
  private boolean closed;

  /// @param first already found
  public BrokerLink(BrokerClient first, Finder finder) {
    this.current = first;
    this.finder = finder;
  }

  /// Makes the call, however long it takes until the broker answers.
  ///
  /// @throws BrokerProblem when the broker says no for good
  /// @throws InterruptedException also when the link is closed
  public <T> T call(Call<T> call) throws InterruptedException, BrokerProblem {
    int failures = 0;
    while (true) {
      BrokerClient broker = broker();
      try {
        T answer = call.on(broker);
        heal();
        return answer;
      } catch (IOException e) {
        lose(broker, e);
        failures++;
      } catch (BrokerProblem e) {
        heal();
        if (!e.passing()) {
          throw e;
        }
        LOG.debug("Trying again: {}", e.getMessage());
        failures++;
      }
      pause(failures);
    }
  }

  /// Makes the call once, and again at once when the connection broke under it. When the broker is
  /// lost it is looked for before, but once only: who calls this may be the only one who calls at
  /// all.
  ///
  /// @throws IOException also when the broker is not to be found now
  public <T> T once(Call<T> call) throws IOException, InterruptedException, BrokerProblem {
    BrokerClient broker = brokerNow();
    try {
      T answer = onFreshConnection(call, broker);
      heal();
      return answer;
    } catch (IOException e) {
      lose(broker, e);
      throw e;
    } catch (BrokerProblem e) {
      heal();
      throw e;
    }
  }

  /// A connection that was kept open may have been closed by the broker just then, of which only
  /// the next call on it hears. Every call of a node may be made twice.
  private static <T> T onFreshConnection(Call<T> call, BrokerClient broker)
      throws IOException, InterruptedException, BrokerProblem {
    try {
      return call.on(broker);
    } catch (HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      LOG.debug("Once more, because the connection broke: {}", e.getMessage());
      return call.on(broker);
    }
  }

  /// Ends every waiting [#call]. Calls under way are not cut off.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The broker, looked for by one of the waiting threads if it is lost.
  private BrokerClient broker() throws InterruptedException {
    for (int failures = 1; ; failures++) {
      lock.lock();
      try {
        while (searching && !closed) {
          changed.await();
        }
        if (closed) {
          throw new InterruptedException("The link to the broker is closed");
        }
        if (current != null) {
          return current;
        }
        searching = true;
      } finally {
        lock.unlock();
      }
      search();
      if (!known()) {
        pause(failures);
      }
    }
  }

  /// The broker, after one search at most: our own, or the one that is under way.
  private BrokerClient brokerNow() throws IOException, InterruptedException {
    lock.lock();
    try {
      boolean ours = current == null && !searching && !closed;
      while (searching && !closed) {
        changed.await();
      }
      if (!ours) {
        return found();
      }
      searching = true;
    } finally {
      lock.unlock();
    }
    search();
    return found();
  }

  private BrokerClient found() throws IOException {
    lock.lock();
    try {
      if (current == null) {
        throw new IOException("the broker is not to be found now");
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private boolean known() {
    lock.lock();
    try {
      return current != null;
    } finally {
      lock.unlock();
    }
  }

  private void search() throws InterruptedException {
    BrokerClient found = null;
    try {
      found = finder.find();
    } finally {
      lock.lock();
      try {
        current = found;
        searching = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void lose(BrokerClient lost, IOException why) {
    lock.lock();
    try {
      if (current != lost) {
        return;
      }
      current = null;
      if (!broken) {
        broken = true;
        LOG.warn(
            "The broker at {} does not answer ({}); trying until it does",
            lost.address(),
            why.getMessage() == null ? why.getClass().getSimpleName() : why.getMessage());
      }
    } finally {
      lock.unlock();
    }
  }

  private void heal() {
    lock.lock();
    try {
      if (broken && current != null) {
        broken = false;
        LOG.info("The broker at {} answers again", current.address());
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits before the next try; ends early only when the link is closed.
  private void pause(int failures) throws InterruptedException {
    long left = Backoff.after(failures, ThreadLocalRandom.current().nextDouble()).toNanos();
    long end = System.nanoTime() + left;
    lock.lock();
    try {
      while (!closed && left > 0) {
        changed.await(left, TimeUnit.NANOSECONDS);
        left = end - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }
}
