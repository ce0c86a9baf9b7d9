package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.CallerContender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Payloads;
import org.mycoswarm.benchmarks.load.Prepared;
import org.mycoswarm.benchmarks.load.Row;

/// A queue as people build it on PostgreSQL: one table, FOR UPDATE SKIP LOCKED, leases that expire,
/// an attempt number that fences, LISTEN for those who wait. Many tasks are submitted with COPY.
public final class PostgresSkipLocked extends CallerContender {
  private final PostgresServer server;
  private final boolean completeWithNextLease;
  private final Prepared bulk = Prepared.of(8, i -> rows(i * 500));

  private PostgresSkipLocked(PostgresServer server, boolean completeWithNextLease) {
    this.server = server;
    this.completeWithNextLease = completeWithNextLease;
  }

  /// @param completeWithNextLease a task is completed in the transaction that leases the next one,
  ///     as our broker's call for work reports what is done
  public static PostgresSkipLocked start(Path folder, boolean completeWithNextLease)
      throws IOException, InterruptedException, SQLException {
    PostgresServer server = PostgresServer.start(folder);
    server.execute(
        """
        CREATE TABLE task (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          state smallint NOT NULL DEFAULT 0,
          attempt int NOT NULL DEFAULT 0,
          leased_until timestamptz,
          payload text NOT NULL)
        """,
        "CREATE INDEX task_ready ON task (id) WHERE state = 0");
    return new PostgresSkipLocked(server, completeWithNextLease);
  }

  @Override
  public String name() {
    return "PostgreSQL SKIP LOCKED" + (completeWithNextLease ? ", DELETE with next lease" : "");
  }

  @Override
  public String version() throws IOException {
    return PostgresServer.version();
  }

  @Override
  public Durability durability() {
    return Durability.SYNCED;
  }

  @Override
  public boolean runs(Row row) {
    return !completeWithNextLease || row.takesWork();
  }

  @Override
  protected Caller open(int number) throws SQLException {
    return new PostgresCaller(
        server.connect(), completeWithNextLease, number * 16, bulk.from(2 * number));
  }

  @Override
  public void clear() throws SQLException {
    server.execute("TRUNCATE task");
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return server.process().cpuSeconds();
  }

  @Override
  public void close() {
    server.close();
  }

  private static byte[] rows(int first) {
    ByteArrayOutputStream rows = new ByteArrayOutputStream();
    for (int i = 0; i < Row.BULK.batch(); i++) {
      rows.writeBytes(Payloads.get(first + i));
      rows.writeBytes("\n".getBytes(US_ASCII));
    }
    return rows.toByteArray();
  }
}
