package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Payloads;
import org.mycoswarm.benchmarks.load.Prepared;
import org.postgresql.PGConnection;

/// One JDBC connection with its statements prepared. A lease is one transaction, its completion
/// another, unless both go together.
final class PostgresCaller implements Caller {
  private static final int PARKED_MILLIS = 20_000;
  private static final String INSERT = "INSERT INTO task (payload) VALUES (?)";
  private static final String INSERT_AND_WAKE =
      "WITH added AS (INSERT INTO task (payload) VALUES (?) RETURNING id)"
          + " SELECT pg_notify('task', '') FROM added";
  private static final String LEASE =
      """
      UPDATE task SET state = 1, attempt = attempt + 1, leased_until = now() + interval '30 s'
      WHERE id = ANY (ARRAY(
        SELECT id FROM task WHERE state = 0 ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED))
      RETURNING id, attempt, payload
      """;
  private static final String COMPLETE =
      """
      DELETE FROM task USING unnest(?, ?) AS held (id, attempt)
      WHERE task.id = held.id AND task.state = 1 AND task.attempt = held.attempt
      """;

  private record Held(long id, int attempt) {}

  private final Connection connection;
  private final boolean together;
  private final Prepared bulk;
  private final PreparedStatement insert;
  private final PreparedStatement insertAndWake;
  private final PreparedStatement lease;
  private final PreparedStatement complete;
  private List<Held> held = List.of();
  private boolean listening;
  private int payload;

  PostgresCaller(Connection connection, boolean together, int firstPayload, Prepared bulk)
      throws SQLException {
    this.connection = connection;
    this.together = together;
    this.payload = firstPayload;
    this.bulk = bulk;
    insert = connection.prepareStatement(INSERT);
    insertAndWake = connection.prepareStatement(INSERT_AND_WAKE);
    lease = connection.prepareStatement(LEASE);
    complete = connection.prepareStatement(COMPLETE);
  }

  @Override
  public void submit(int tasks) throws SQLException, IOException {
    if (tasks == 1) {
      insert.setString(1, new String(Payloads.get(payload++), US_ASCII));
      insert.executeUpdate();
    } else {
      connection
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("COPY task (payload) FROM STDIN", new ByteArrayInputStream(bulk.next()));
    }
  }

  /// Not in [#submit]: notifying locks every other commit out.
  @Override
  public void submitToWaiting() throws SQLException {
    insertAndWake.setString(1, new String(Payloads.get(payload++), US_ASCII));
    insertAndWake.execute();
  }

  @Override
  public int work(int batch) throws SQLException {
    if (held.isEmpty()) {
      held = lease(batch);
    }
    int done = held.size();
    if (done > 0 && together) {
      // In this order: a lease may lock rows that others lease, and then must not wait for them.
      connection.setAutoCommit(false);
      finish();
      held = lease(batch);
      connection.commit();
      connection.setAutoCommit(true);
    } else if (done > 0) {
      finish();
    }
    return done;
  }

  @Override
  public void take() throws SQLException, IOException {
    if (!listening) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("LISTEN task");
      }
      listening = true;
      held = lease(1);
    }
    if (held.isEmpty()) {
      connection.unwrap(PGConnection.class).getNotifications(PARKED_MILLIS);
      held = lease(1);
    }
    if (held.isEmpty()) {
      throw new IOException("Expected a task within %d ms, but none came".formatted(PARKED_MILLIS));
    }
  }

  @Override
  public void finish() throws SQLException {
    Object[] ids = held.stream().map(Held::id).toArray();
    Object[] attempts = held.stream().map(Held::attempt).toArray();
    complete.setArray(1, connection.createArrayOf("bigint", ids));
    complete.setArray(2, connection.createArrayOf("int", attempts));
    complete.executeUpdate();
    held = List.of();
  }

  @Override
  public void close() throws SQLException {
    connection.close(); // what is still leased goes when the table is emptied
  }

  private List<Held> lease(int batch) throws SQLException {
    lease.setInt(1, batch);
    List<Held> leased = new ArrayList<>();
    try (ResultSet rows = lease.executeQuery()) {
      while (rows.next()) {
        leased.add(new Held(rows.getLong(1), rows.getInt(2)));
        rows.getString(3);
      }
    }
    return leased;
  }
}
