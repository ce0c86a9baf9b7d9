package org.mycoswarm.broker.projection;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.mycoswarm.queue.log.LogPosition;

/// One open H2 file and a few connections to it. Thread-safe; only one thread writes.
final class Database implements AutoCloseable {
  private static final int CONNECTIONS = 8;

  /// We close it ourselves. Trace files would be one more thing to clean up. Rows with small texts
  /// stay in one piece.
  private static final String SETTINGS =
      ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;TRACE_LEVEL_FILE=0"
          + ";MAX_LENGTH_INPLACE_LOB=16384;QUERY_CACHE_SIZE=64;CACHE_SIZE=32768";

  private final String url;
  private final JdbcConnectionPool connections;
  private final Jdbi jdbi;

  private Database(String url) {
    this.url = url;
    this.connections = JdbcConnectionPool.create(url, "sa", "");
    connections.setMaxConnections(CONNECTIONS);
    this.jdbi = Jdbi.create(connections);
  }

  /// Opens or creates the file, brings it to the newest version, and writes to it, because a file
  /// that can be read may still refuse that.
  ///
  /// @throws TablesTooNew when a newer program made it
  /// @throws RuntimeException when H2 finds anything else wrong with it
  static Database open(Path file) {
    return open(url(file));
  }

  /// A new one, without a file: it is gone when it is closed.
  static Database inMemory() {
    return open("jdbc:h2:mem:" + UUID.randomUUID() + SETTINGS);
  }

  private static Database open(String url) {
    Database database = new Database(url);
    try {
      database.write(
          handle -> {
            Migrations.apply(handle);
            handle.execute("update projection set probes = probes + 1");
          });
      return database;
    } catch (RuntimeException e) {
      database.connections.dispose();
      throw e;
    }
  }

  /// Everything one call reads is of one moment.
  <T> T read(Function<Handle, T> query) {
    return jdbi.inTransaction(TransactionIsolationLevel.REPEATABLE_READ, query::apply);
  }

  void write(Consumer<Handle> change) {
    jdbi.useTransaction(change::accept);
  }

  LogPosition position() {
    return read(handle -> new LogPosition(position(handle)));
  }

  static long position(Handle handle) {
    return handle.createQuery("select position from projection").mapTo(Long.class).one();
  }

  static long begins(Handle handle) {
    return handle.createQuery("select begins from projection").mapTo(Long.class).one();
  }

  @Override
  public void close() {
    try (Connection connection = ownConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("shutdown");
    } catch (SQLException e) {
      throw new ChangeFailed(e);
    } finally {
      connections.dispose();
    }
  }

  /// Those of the pool may all be busy, or waiting for something that will never come. A file that
  /// is gone must not come back by being closed.
  private Connection ownConnection() throws SQLException {
    return DriverManager.getConnection(url + ";IFEXISTS=TRUE", "sa", "");
  }

  private static String url(Path file) {
    String path = file.toAbsolutePath().toString();
    if (path.contains(";")) {
      throw new IllegalArgumentException(
          "Expected a folder for the tables without ';' in its path, but it is '%s'; choose another home folder"
              .formatted(path));
    }
    return "jdbc:h2:file:" + path.replaceFirst("\\.mv\\.db$", "") + SETTINGS;
  }
}
