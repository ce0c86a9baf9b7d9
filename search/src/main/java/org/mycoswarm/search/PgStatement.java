package org.mycoswarm.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// A question to the database in pieces, each with its values.
final class PgStatement {
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  PgStatement add(String piece, Object... itsValues) {
    sql.append(piece).append(' ');
    values.addAll(List.of(itsValues));
    return this;
  }

  /// The documents that the filter lets through; the table is called `d`.
  PgStatement only(Filter filter) {
    add("d.live");
    if (filter.pathGlob() != null) {
      add("and d.path ~ ?", "^(" + Glob.regex(filter.pathGlob()) + ")$");
    }
    if (!filter.mediaTypes().isEmpty()) {
      add("and d.media_type = any(?)", filter.mediaTypes());
    }
    if (filter.modifiedFrom() != null) {
      add("and d.modified >= ?", Moments.micros(filter.modifiedFrom()));
    }
    if (filter.modifiedTo() != null) {
      add("and d.modified < ?", Moments.micros(filter.modifiedTo()));
    }
    return this;
  }

  interface Row {
    void read(ResultSet row) throws SQLException;
  }

  void each(Connection connection, PgTables tables, Row each) throws SQLException {
    try (PreparedStatement statement = tables.prepare(connection, sql.toString())) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, bound(connection, values.get(i)));
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          each.read(rows);
        }
      }
    }
  }

  private static Object bound(Connection connection, Object value) throws SQLException {
    if (!(value instanceof Collection<?> many)) {
      return value;
    }
    Object first = many.isEmpty() ? "" : many.iterator().next();
    String type = first instanceof Long ? "bigint" : first instanceof Double ? "float8" : "text";
    return connection.createArrayOf(type, many.toArray());
  }
}
