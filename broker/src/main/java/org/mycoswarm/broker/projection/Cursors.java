package org.mycoswarm.broker.projection;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.Page;

/// Where a page ended, as text that only these tables understand.
final class Cursors {
  private Cursors() {}

  /// @throws IllegalArgumentException when the text is no number from an earlier page
  static long number(@Nullable String cursor, long atStart) {
    if (cursor == null) {
      return atStart;
    }
    try {
      return Long.parseLong(cursor);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Expected a cursor from the 'next' of an earlier page, but it is '%s'; leave it out to start at the first page"
              .formatted(cursor),
          e);
    }
  }

  /// @param rows one more than `limit`, when there is a next page
  static <R, V> Page<V> page(
      List<R> rows, int limit, Function<R, String> cursor, Function<List<R>, List<V>> views) {
    boolean more = rows.size() > limit;
    List<R> shown = more ? rows.subList(0, limit) : rows;
    return new Page<>(views.apply(shown), more ? cursor.apply(shown.getLast()) : null);
  }

  static void checkLimit(int limit) {
    if (limit < 1 || limit > 500) {
      throw new IllegalArgumentException(
          "Expected a limit of 1 to 500, but it is %d".formatted(limit));
    }
  }

  static void checkState(@Nullable String state, List<String> known) {
    if (state != null && !known.contains(state)) {
      throw new IllegalArgumentException(
          "Expected a state out of %s, but it is '%s'".formatted(String.join(", ", known), state));
    }
  }
}
