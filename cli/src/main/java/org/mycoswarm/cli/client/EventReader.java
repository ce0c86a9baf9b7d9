package org.mycoswarm.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads server-sent events from a stream. For one thread.
final class EventReader {
  private final BufferedReader lines;

  EventReader(InputStream stream) {
    lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
  }

  /// @param type `entry`, `end`, or `comment` for a line that only keeps the connection open
  record Message(String type, String data) {}

  /// Waits for the next message; null at the end of the stream.
  @Nullable Message next() throws IOException {
    String type = "message";
    StringBuilder data = new StringBuilder();
    boolean any = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() && any) {
        return new Message(type, data.toString());
      }
      if (line.startsWith(":")) {
        return new Message("comment", "");
      }
      any |= !line.isEmpty();
      if (line.startsWith("event:")) {
        type = value(line);
      } else if (line.startsWith("data:")) {
        data.append(data.isEmpty() ? "" : "\n").append(value(line));
      }
    }
    return null;
  }

  private static String value(String line) {
    String value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }
}
