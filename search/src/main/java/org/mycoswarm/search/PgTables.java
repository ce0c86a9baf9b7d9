package org.mycoswarm.search;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The tables of one generation in PostgreSQL. A document is `live` when a commit made it so.
final class PgTables {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,50}");
  private static final String NOTE = "note:";
  private static final List<String> MAKE =
      List.of(
          "create extension if not exists vector",
          "create schema if not exists {s}",
          "create table if not exists {s}.facts (name text primary key, value text not null)",
          """
          create table if not exists {s}.documents (
            id bigint generated always as identity primary key, live boolean not null,
            path text collate "C" not null, content text not null, media_type text not null,
            modified bigint not null, length int not null, state bytea not null, body bytea not null,
            unique (path, live))""",
          "create index if not exists documents_content on {s}.documents (content)",
          """
          create table if not exists {s}.chunks (
            document bigint not null references {s}.documents on delete cascade, ordinal int not null,
            hash text not null, packed bytea not null, vector vector({d}) not null,
            primary key (document, ordinal))""",
          "create index if not exists chunks_hash on {s}.chunks (hash)",
          "create index if not exists chunks_vector on {s}.chunks using hnsw (vector vector_cosine_ops)",
          """
          create table if not exists {s}.words (
            word text collate "C" not null, document bigint not null references {s}.documents on delete cascade,
            count int not null, primary key (word, document))""",
          "create index if not exists words_document on {s}.words (document)",
          "create table if not exists {s}.removals (path text collate \"C\" primary key)");

  private final String schema;

  PgTables(String schema) {
    if (!NAME.matcher(schema).matches()) {
      throw new IllegalArgumentException(
          "Expected a schema named like [a-z][a-z0-9_]{0,50}, but it is '%s'".formatted(schema));
    }
    this.schema = schema;
  }

  String schema() {
    return schema;
  }

  PreparedStatement prepare(Connection connection, String sql) throws SQLException {
    return connection.prepareStatement(sql.replace("{s}", schema));
  }

  /// Some rows at a time are in memory.
  PreparedStatement streaming(Connection connection, String sql) throws SQLException {
    PreparedStatement statement = prepare(connection, sql);
    statement.setFetchSize(100);
    return statement;
  }

  /// Makes the tables, unless they are there.
  ///
  /// @throws IndexUnusable if they are of other settings
  void open(Connection connection, IndexSettings settings) throws SQLException, IndexUnusable {
    if (exist(connection)) {
      settings.check(facts(connection), schema);
      run(connection, "delete from {s}.documents where not live");
      run(connection, "delete from {s}.removals");
      return;
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : MAKE) {
        statement.execute(
            sql.replace("{s}", schema).replace("{d}", String.valueOf(settings.dimension())));
      }
    }
    for (Map.Entry<String, String> fact : settings.facts().entrySet()) {
      run(connection, "insert into {s}.facts values (?, ?)", fact.getKey(), fact.getValue());
    }
  }

  private boolean exist(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("select to_regclass(?)::text")) {
      statement.setString(1, schema + ".facts");
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getString(1) != null;
      }
    }
  }

  private Map<String, String> facts(Connection connection) throws SQLException {
    Map<String, String> facts = new HashMap<>();
    try (PreparedStatement statement = prepare(connection, "select name, value from {s}.facts");
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        facts.put(rows.getString(1), rows.getString(2));
      }
    }
    return facts;
  }

  Map<String, String> note(Connection connection) throws SQLException {
    Map<String, String> note = new HashMap<>();
    facts(connection)
        .forEach(
            (name, value) -> {
              if (name.startsWith(NOTE)) {
                note.put(name.substring(NOTE.length()), value);
              }
            });
    return note;
  }

  /// How many documents are live, and how many words they have together: what BM25 asks for.
  long[] sizes(Connection connection) throws SQLException {
    Map<String, String> facts = facts(connection);
    return new long[] {
      Long.parseLong(facts.getOrDefault("documents", "0")),
      Long.parseLong(facts.getOrDefault("words", "0"))
    };
  }

  void stage(Connection connection, IndexedDocument document) throws SQLException {
    run(connection, "delete from {s}.documents where path = ? and not live", document.path());
    String title = document.title();
    Map<String, Integer> words =
        Words.counted(title == null ? document.text() : title + "\n" + document.text());
    long id = insert(connection, document, words.values().stream().mapToInt(n -> n).sum());
    try (PreparedStatement insert = prepare(connection, "insert into {s}.words values (?, ?, ?)")) {
      for (Map.Entry<String, Integer> word : words.entrySet()) {
        insert.setString(1, word.getKey());
        insert.setLong(2, id);
        insert.setInt(3, word.getValue());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    try (PreparedStatement insert =
        prepare(connection, "insert into {s}.chunks values (?, ?, ?, ?, ?::vector)")) {
      List<Packed.StoredChunk> stored = Packed.StoredChunk.of(document);
      for (IndexedChunk chunk : document.chunks()) {
        insert.setLong(1, id);
        insert.setInt(2, chunk.ordinal());
        insert.setString(3, chunk.hash());
        insert.setBytes(4, Packed.pack(stored.get(chunk.ordinal())));
        insert.setString(5, literal(chunk.vector()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private long insert(Connection connection, IndexedDocument document, int length)
      throws SQLException {
    String sql =
        "insert into {s}.documents (live, path, content, media_type, modified, length, state, body)"
            + " values (false, ?, ?, ?, ?, ?, ?, ?) returning id";
    try (PreparedStatement insert = prepare(connection, sql)) {
      insert.setString(1, document.path());
      insert.setString(2, document.contentHash());
      insert.setString(3, document.mediaType());
      insert.setLong(4, Moments.micros(document.modified()));
      insert.setInt(5, length);
      insert.setBytes(6, Packed.pack(document.state()));
      insert.setBytes(7, document.text().getBytes(StandardCharsets.UTF_8));
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  void stageRemoval(Connection connection, String path) throws SQLException {
    run(connection, "delete from {s}.documents where path = ? and not live", path);
    run(connection, "insert into {s}.removals values (?) on conflict do nothing", path);
  }

  void makeLive(Connection connection, Map<String, String> note) throws SQLException {
    run(
        connection,
        """
        delete from {s}.documents where live and path in
          (select path from {s}.documents where not live union all select path from {s}.removals)""");
    run(connection, "update {s}.documents set live = true where not live");
    run(connection, "delete from {s}.removals");
    run(
        connection,
        "delete from {s}.facts where name like 'note:%' or name in ('documents', 'words')");
    run(
        connection,
        """
        insert into {s}.facts
          select 'documents', count(*)::text from {s}.documents where live
          union all select 'words', coalesce(sum(length), 0)::text from {s}.documents where live""");
    for (Map.Entry<String, String> one : note.entrySet()) {
      run(connection, "insert into {s}.facts values (?, ?)", NOTE + one.getKey(), one.getValue());
    }
  }

  Stats stats(Connection connection) throws SQLException {
    String sql =
        """
        select (select count(*) from {s}.documents where live),
          (select count(*) from {s}.chunks c join {s}.documents d on d.id = c.document where d.live),
          pg_total_relation_size('{s}.documents') + pg_total_relation_size('{s}.chunks')
            + pg_total_relation_size('{s}.words')""";
    try (PreparedStatement statement = prepare(connection, sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return new Stats(row.getLong(1), row.getLong(2), row.getLong(3));
    }
  }

  private void run(Connection connection, String sql, String... values) throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  static String literal(float[] vector) {
    StringBuilder literal = new StringBuilder("[");
    for (float number : vector) {
      literal.append(literal.length() == 1 ? "" : ",").append(number);
    }
    return literal.append(']').toString();
  }

  /// What `vector_send` gives: two numbers of two bytes, then the floats.
  static float[] vector(byte[] sent) {
    ByteBuffer bytes = ByteBuffer.wrap(sent);
    float[] vector = new float[bytes.getShort()];
    bytes.getShort();
    bytes.asFloatBuffer().get(vector);
    return vector;
  }
}
