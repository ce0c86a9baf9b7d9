package org.mycoswarm.broker.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The statements of one transaction, each prepared once. Plain JDBC, because a replay runs
/// millions of them and everything above it costs several times as much as H2 itself.
final class Change implements AutoCloseable {
  /// Texts come from outside and columns end somewhere: longer ones are cut, so that no text can
  /// stop the projection.
  private static final int TEXT_MAX = 8_192;

  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  Change(Handle handle) {
    this.connection = handle.getConnection();
  }

  /// Runs one statement.
  ///
  /// @return how many rows it changed
  int run(String sql, @Nullable Object... values) {
    try {
      return bound(sql, values).executeUpdate();
    } catch (SQLException e) {
      throw new ChangeFailed(e);
    }
  }

  /// The first column of the first row, if there is one.
  Optional<String> text(String sql, @Nullable Object... values) {
    try (ResultSet rows = bound(sql, values).executeQuery()) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    } catch (SQLException e) {
      throw new ChangeFailed(e);
    }
  }

  /// Whether there is a row.
  boolean any(String sql, @Nullable Object... values) {
    return text(sql, values).isPresent();
  }

  /// The first column of every row.
  List<Integer> numbers(String sql, @Nullable Object... values) {
    try (ResultSet rows = bound(sql, values).executeQuery()) {
      List<Integer> numbers = new ArrayList<>();
      while (rows.next()) {
        numbers.add(rows.getInt(1));
      }
      return numbers;
    } catch (SQLException e) {
      throw new ChangeFailed(e);
    }
  }

  static String cut(String text) {
    return text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX - 1) + "…";
  }

  static @Nullable String cutNullable(@Nullable String text) {
    return text == null ? null : cut(text);
  }

  @Override
  public void close() {
    try {
      for (PreparedStatement statement : statements.values()) {
        statement.close();
      }
    } catch (SQLException e) {
      throw new ChangeFailed(e);
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
