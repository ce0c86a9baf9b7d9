package org.mycoswarm.queue.log;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Entries as tests compare them, from the first that is kept: position, a space, the body as text.
public final class LogTexts {
  private LogTexts() {}

  public static List<String> of(EventLog log) {
    List<String> all = new ArrayList<>();
    try (LogCursor cursor = log.read(new LogPosition(log.first().value() - 1))) {
      for (LogRecord entry = cursor.next(); entry != null; entry = cursor.next()) {
        all.add(of(entry));
      }
    }
    return all;
  }

  public static String of(@Nullable LogRecord entry) {
    return entry == null
        ? "nothing"
        : entry.position() + " " + new String(entry.body(), StandardCharsets.UTF_8);
  }
}
