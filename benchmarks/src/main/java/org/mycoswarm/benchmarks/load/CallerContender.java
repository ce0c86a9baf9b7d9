package org.mycoswarm.benchmarks.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// A contender that is called over connections of ours.
public abstract class CallerContender implements Contender {
  private static final int FIRST_FILL = 2_000;
  private static final int FILL_MAX = 400_000;
  private static final double FILL_FACTOR = 1.5;

  private final Map<Row, Double> rates = new EnumMap<>(Row.class);

  /// Opens a connection.
  ///
  /// @param number 0 for the first caller of a round
  protected abstract Caller open(int number) throws Exception;

  @Override
  public boolean compilesItself() {
    return false;
  }

  @Override
  public boolean runs(Row row) {
    return true;
  }

  /// More than was taken out in the round before, so that the queue does not run dry.
  @Override
  public void prepare(Row row, int seconds) throws Exception {
    if (row.takesWork()) {
      double rate = rates.getOrDefault(row, 0.0);
      fill((int) Math.clamp(rate * seconds * FILL_FACTOR, FIRST_FILL, FILL_MAX));
    }
  }

  /// Submits tasks in requests of 1,000.
  public final void fill(int tasks) throws Exception {
    try (Caller caller = open(0)) {
      for (int left = tasks; left > 0; left -= Row.BULK.batch()) {
        caller.submit(Row.BULK.batch());
      }
    }
  }

  @Override
  public Outcome run(Row row, int seconds) throws Exception {
    return run(row, seconds, Long.MAX_VALUE);
  }

  /// @param tasks after which the round is over, also when there is time left
  public final Outcome run(Row row, int seconds, long tasks) throws Exception {
    List<Caller> callers = new ArrayList<>();
    try {
      int connections = row == Row.HANDOVER ? 2 : row.callers();
      for (int i = 0; i < connections; i++) {
        callers.add(open(i));
      }
      return remember(row, run(row, callers, seconds, tasks));
    } finally {
      for (Caller caller : callers) {
        caller.close();
      }
    }
  }

  /// Notes how fast a row went, for the next [#prepare].
  protected final Outcome remember(Row row, Outcome outcome) {
    rates.merge(row, outcome.perSecond(), Math::max);
    return outcome;
  }

  /// @param worker is waiting when the submitter submits
  protected static Outcome handover(Caller submitter, Caller worker, int seconds) throws Exception {
    return new Handover(submitter, worker).run(seconds);
  }

  private static Outcome run(Row row, List<Caller> callers, int seconds, long tasks)
      throws Exception {
    if (row == Row.HANDOVER) {
      return handover(callers.get(0), callers.get(1), seconds);
    }
    int batch = row.batch();
    Load.Step step = row.takesWork() ? caller -> caller.work(batch) : submit(batch);
    return Load.run(callers, Load.upTo(tasks, batch, step), seconds);
  }

  private static Load.Step submit(int batch) {
    return caller -> {
      caller.submit(batch);
      return batch;
    };
  }
}
