package org.mycoswarm.broker.upkeep;

import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.mycoswarm.queue.log.LogPosition;

/// Who reads the log now, and from where on it must stay for that. Thread-safe.
public final class LogHolds {
  private final Set<Hold> holds = new HashSet<>();

  /// One reader. Whoever got it closes it.
  public final class Hold implements AutoCloseable {
    private LogPosition from;

    private Hold(LogPosition from) {
      this.from = from;
    }

    /// What comes before an entry is not needed any more.
    public void moveTo(LogPosition next) {
      synchronized (LogHolds.this) {
        from = next;
      }
    }

    @Override
    public void close() {
      synchronized (LogHolds.this) {
        holds.remove(this);
      }
    }
  }

  /// Keeps the log from an entry on. What was dropped before does not come back: look afterwards
  /// whether it is there.
  synchronized Hold hold(LogPosition from) {
    Hold hold = new Hold(from);
    holds.add(hold);
    return hold;
  }

  /// Does what must see every reader.
  ///
  /// @param use gets the first entry that a reader needs, if there is one
  synchronized <T> T whileNoneIsAdded(Function<Optional<LogPosition>, T> use) {
    return use.apply(holds.stream().map(hold -> hold.from).min(Comparator.naturalOrder()));
  }
}
