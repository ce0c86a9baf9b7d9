package org.mycoswarm.broker.upkeep;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.mycoswarm.broker.projection.HistoryTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.queue.domain.Command.ForgetJobs;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.LogPosition;

/// Has jobs forgotten that ended long ago: with the entry that says so their rows go, and the blobs
/// that only they referred to may be collected. One thread.
public final class JobExpiry {
  /// Small, so that a round never holds up the writer or the tables.
  private static final int BATCH = 100;

  /// Nobody asks for them any more, but who looks into a slow one should still find it.
  private static final Duration KEEP_QUERIES = Duration.ofMinutes(2);

  private static final CommandId CAUSE = new CommandId("upkeep");
  private static final Duration TABLES_WAIT = Duration.ofSeconds(30);

  private final QueueWriter writer;
  private final Supplier<LogPosition> durable;
  private final HistoryTables tables;
  private final ProjectionRunner projection;
  private final InstantSource clock;
  private final Duration keepJobs;

  /// @param durable where the log ends
  /// @param keepJobs how long a job that has ended is kept; zero for ever
  public JobExpiry(
      QueueWriter writer,
      Supplier<LogPosition> durable,
      HistoryTables tables,
      ProjectionRunner projection,
      InstantSource clock,
      Duration keepJobs) {
    this.writer = writer;
    this.durable = durable;
    this.tables = tables;
    this.projection = projection;
    this.clock = clock;
    this.keepJobs = keepJobs;
  }

  /// Forgets a batch of those whose time is over.
  ///
  /// @return how many jobs; 0 when none is left, or the tables are too far behind to tell
  /// @throws RuntimeException when the writer or the tables refuse; the next round tries again
  public int forgetSome() throws InterruptedException {
    // Tables that are behind may take a job for ended that runs again.
    if (keepJobs.isZero() || !projection.awaitPosition(durable.get(), TABLES_WAIT)) {
      return 0;
    }
    return forget(tables.endedBefore(clock.instant().minus(keepJobs), BATCH));
  }

  /// Forgets a batch of queries that ended some minutes ago, however long other jobs are kept.
  ///
  /// @return how many jobs, as [#forgetSome] says
  public int forgetQueries() throws InterruptedException {
    if (!projection.awaitPosition(durable.get(), TABLES_WAIT)) {
      return 0;
    }
    return forget(tables.queriesEndedBefore(clock.instant().minus(KEEP_QUERIES), BATCH));
  }

  private int forget(List<JobId> ended) throws InterruptedException {
    if (ended.isEmpty()
        || !(writer.submit(CAUSE, new ForgetJobs(ended)).join()
            instanceof Answer.Accepted accepted)) {
      return 0;
    }
    // Before the rows are gone the same jobs would be found again.
    boolean gone = projection.awaitPosition(accepted.position(), TABLES_WAIT);
    return gone ? accepted.events().size() : 0;
  }
}
