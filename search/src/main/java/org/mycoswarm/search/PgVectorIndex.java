package org.mycoswarm.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;

/// A [VectorIndex] in a schema of a PostgreSQL database with the extension pgvector: for
/// collections that outgrow one machine.
///
/// What is put lies in the tables at once, as not yet live; a commit makes it live in one
/// transaction. Words are counted here and kept in a table, so that both adapters call the same
/// things words and score them by the same BM25. One process at a time may write; that is not
/// checked.
public final class PgVectorIndex implements VectorIndex {
  private final DataSource source;
  private final PgTables tables;
  private final IndexSettings settings;
  private volatile boolean closed;

  private PgVectorIndex(DataSource source, PgTables tables, IndexSettings settings) {
    this.source = source;
    this.tables = tables;
    this.settings = settings;
  }

  /// Opens the index in this schema, or makes one where there is none. What was put and never
  /// committed is dropped.
  ///
  /// @param schema `[a-z][a-z0-9_]{0,50}`; one for each generation
  /// @throws IndexUnusable if the schema holds an index of other settings
  /// @throws IOException if the database refuses
  public static PgVectorIndex open(DataSource source, String schema, IndexSettings settings)
      throws IOException {
    PgTables tables = new PgTables(schema);
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      tables.open(connection, settings);
      connection.commit();
    } catch (SQLException e) {
      throw refused(schema, e);
    }
    return new PgVectorIndex(source, tables, settings);
  }

  @Override
  public void put(IndexedDocument document) {
    for (IndexedChunk chunk : document.chunks()) {
      settings.check(
          chunk.vector(), "chunk %d of '%s'".formatted(chunk.ordinal(), document.path()));
    }
    inTransaction(connection -> tables.stage(connection, document));
  }

  @Override
  public void remove(String path) {
    inTransaction(connection -> tables.stageRemoval(connection, path));
  }

  @Override
  public void commit(Map<String, String> note) throws IOException {
    try {
      inTransaction(connection -> tables.makeLive(connection, note));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public Map<String, String> committed() {
    return read(tables::note);
  }

  @Override
  public void documents(Consumer<DocumentState> each) {
    String sql = "select state from {s}.documents where live order by path";
    read(
        connection -> {
          try (PreparedStatement statement = tables.streaming(connection, sql);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              each.accept(Packed.state(rows.getBytes(1)));
            }
          }
          return true;
        });
  }

  @Override
  public void contents(Consumer<IndexedDocument> each) {
    String sql = "select id, state, body from {s}.documents where live order by path";
    read(
        connection -> {
          try (PreparedStatement statement = tables.streaming(connection, sql);
              ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              each.accept(document(connection, rows));
            }
          }
          return true;
        });
  }

  @Override
  public Optional<IndexedDocument> document(String path) {
    return first("path", path);
  }

  @Override
  public Optional<IndexedDocument> documentOf(String contentHash) {
    return first("content", contentHash);
  }

  @Override
  public Map<String, float[]> vectors(Collection<String> chunkHashes) {
    String sql =
        "select c.hash, vector_send(c.vector) from {s}.chunks c join {s}.documents d"
            + " on d.id = c.document where d.live and c.hash = any(?)";
    return read(
        connection -> {
          Map<String, float[]> found = new HashMap<>();
          try (PreparedStatement statement = tables.prepare(connection, sql)) {
            statement.setArray(1, connection.createArrayOf("text", chunkHashes.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
              while (rows.next()) {
                found.put(rows.getString(1), PgTables.vector(rows.getBytes(2)));
              }
            }
          }
          return found;
        });
  }

  @Override
  public List<Found> search(Query query) {
    float[] vector = query.vector();
    if (vector != null) {
      settings.check(vector, "the question");
    }
    return read(connection -> new PgSearch(connection, tables, query).find());
  }

  @Override
  public Stats stats() {
    return read(tables::stats);
  }

  @Override
  public void close() {
    closed = true;
  }

  private Optional<IndexedDocument> first(String column, String value) {
    String sql =
        "select id, state, body from {s}.documents where live and " + column + " = ? limit 1";
    return read(
        connection -> {
          try (PreparedStatement statement = tables.prepare(connection, sql)) {
            statement.setString(1, value);
            try (ResultSet rows = statement.executeQuery()) {
              return rows.next() ? Optional.of(document(connection, rows)) : Optional.empty();
            }
          }
        });
  }

  private IndexedDocument document(Connection connection, ResultSet row) throws SQLException {
    DocumentState state = Packed.state(row.getBytes(2));
    List<IndexedChunk> chunks = new ArrayList<>(state.chunks());
    String sql =
        "select packed, vector_send(vector) from {s}.chunks where document = ? order by ordinal";
    try (PreparedStatement statement = tables.prepare(connection, sql)) {
      statement.setLong(1, row.getLong(1));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          chunks.add(Packed.chunk(rows.getBytes(1)).with(PgTables.vector(rows.getBytes(2))));
        }
      }
    }
    return state.with(new String(row.getBytes(3), StandardCharsets.UTF_8), chunks);
  }

  interface Doing {
    void in(Connection connection) throws SQLException;
  }

  interface Reading<T> {
    T from(Connection connection) throws SQLException;
  }

  private void inTransaction(Doing doing) {
    refuseIfClosed();
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try {
        doing.in(connection);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    } catch (SQLException e) {
      throw new UncheckedIOException(refused(tables.schema(), e));
    }
  }

  /// One state of the database for the whole reading.
  private <T> T read(Reading<T> reading) {
    refuseIfClosed();
    try (Connection connection = source.getConnection()) {
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setAutoCommit(false);
      try {
        return reading.from(connection);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw new UncheckedIOException(refused(tables.schema(), e));
    }
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException(
          "Expected the index in the schema '%s' to be open, but it was closed; open it again"
              .formatted(tables.schema()));
    }
  }

  private static IOException refused(String schema, SQLException cause) {
    return new IOException(
        "Expected PostgreSQL to serve the index in the schema '%s', but it says: %s; nothing of this call was kept"
            .formatted(schema, cause.getMessage()),
        cause);
  }
}
