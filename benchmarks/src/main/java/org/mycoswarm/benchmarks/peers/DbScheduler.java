package org.mycoswarm.benchmarks.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.CallerContender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Row;

/// db-scheduler on PostgreSQL. It takes its work itself, in the process of the application: 16
/// threads, lock-and-fetch, which its documents recommend for throughput. In the row of batches it
/// fetches about 100 tasks at a time.
public final class DbScheduler extends CallerContender {
  private static final int THREADS = Row.WORK_ONE.callers();

  private final PostgresServer server;
  private final HikariDataSource pool;
  private final AtomicLong ids = new AtomicLong();
  private final AtomicLong executed = new AtomicLong();
  private final Semaphore arrived = new Semaphore(0);
  private final OneTimeTask<byte[]> task =
      Tasks.oneTime("bench", byte[].class).execute((_, _) -> done());
  private final SchedulerClient client;

  private DbScheduler(PostgresServer server, HikariDataSource pool) {
    this.server = server;
    this.pool = pool;
    this.client = SchedulerClient.Builder.create(pool, task).serializer(new PlainBytes()).build();
  }

  public static DbScheduler start(Path folder)
      throws IOException, InterruptedException, SQLException {
    PostgresServer server = PostgresServer.start(folder);
    server.execute(
        """
        CREATE TABLE scheduled_tasks (
          task_name text NOT NULL,
          task_instance text NOT NULL,
          task_data bytea,
          execution_time timestamp with time zone NOT NULL,
          picked boolean NOT NULL,
          picked_by text,
          last_success timestamp with time zone,
          last_failure timestamp with time zone,
          consecutive_failures int,
          last_heartbeat timestamp with time zone,
          version bigint NOT NULL,
          priority smallint,
          PRIMARY KEY (task_name, task_instance))
        """,
        "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
        "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl(server.url() + "&reWriteBatchedInserts=true");
    pool.setMaximumPoolSize(THREADS + 4);
    return new DbScheduler(server, pool);
  }

  @Override
  public String name() {
    return "db-scheduler on PostgreSQL";
  }

  @Override
  public String version() {
    return Installed.library(Scheduler.class);
  }

  @Override
  public boolean compilesItself() {
    return true;
  }

  @Override
  public Durability durability() {
    return Durability.SYNCED;
  }

  @Override
  public Outcome run(Row row, int seconds) throws Exception {
    return switch (row) {
      case BULK, SINGLE -> super.run(row, seconds);
      case WORK_ONE -> work(row, seconds, 0.5, 1.0);
      case WORK_BATCH -> work(row, seconds, 3.0, (double) row.batch() / THREADS);
      case HANDOVER -> handover(seconds);
    };
  }

  /// @param lower it fetches again below so many tasks for each thread
  /// @param upper it fetches so many tasks for each thread
  private Outcome work(Row row, int seconds, double lower, double upper) throws Exception {
    Scheduler scheduler = scheduler().threads(THREADS).pollUsingLockAndFetch(lower, upper).build();
    executed.set(0);
    long start = System.nanoTime();
    scheduler.start();
    TimeUnit.SECONDS.sleep(seconds);
    double took = (System.nanoTime() - start) / 1e9;
    Outcome outcome = new Outcome(executed.get(), took, Double.NaN, Double.NaN);
    scheduler.stop();
    return remember(row, outcome);
  }

  /// In its favour: submitter and worker are one process, where a submission wakes the worker.
  private Outcome handover(int seconds) throws Exception {
    Scheduler scheduler = scheduler().threads(1).enableImmediateExecution().build();
    scheduler.start();
    arrived.drainPermits();
    try (Caller submitter = caller(scheduler);
        Caller worker = caller(scheduler)) {
      return handover(submitter, worker, seconds);
    } finally {
      scheduler.stop();
    }
  }

  private SchedulerBuilder scheduler() {
    return Scheduler.create(pool, task)
        .serializer(new PlainBytes())
        .pollingInterval(Duration.ofMillis(100));
  }

  private void done() {
    executed.incrementAndGet();
    arrived.release();
  }

  private Caller caller(SchedulerClient with) {
    return new DbSchedulerCaller(with, task, ids, arrived);
  }

  @Override
  protected Caller open(int number) {
    return caller(client);
  }

  @Override
  public void clear() throws SQLException {
    server.execute("TRUNCATE scheduled_tasks");
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return server.process().cpuSeconds();
  }

  @Override
  public void close() {
    pool.close();
    server.close();
  }

  /// Payloads are bytes already.
  private static final class PlainBytes implements Serializer {
    @Override
    public byte[] serialize(Object data) {
      return (byte[]) data;
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] data) {
      return type.cast(data);
    }
  }
}
