package org.mycoswarm.queue.log.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogRecord;

/// Entries as JSON: readable with any tool when this program is long gone. Long bodies that shrink
/// well are deflated (zlib, RFC 1950).
///
/// `{"v":1,"at":"...","cause":"...","events":[{"event":"task.leased",...},...]}`
///
/// An entry has the oldest version that can say it, so that a log which uses nothing new can still
/// be read by a program of yesterday.
public final class JsonEventCodec implements EventCodec {
  /// Raised when a body of today could be misread by a program of yesterday.
  static final int VERSION = 4;

  /// The stable name of each event. A name is never changed and never used again.
  public static final Map<Class<? extends Event>, String> NAMES = EventShapes.NAMES;

  private record Body(Instant at, CommandId cause, List<Event> events) {}

  @Override
  public byte[] encode(Instant at, CommandId cause, List<Event> events) {
    return Deflated.whenLong(
        JsonText.of(new Body(at, cause, events), JsonEventCodec::write), Deflated.FOR_ENTRIES);
  }

  private static void write(JsonText json, Body body) throws IOException {
    int version = 1;
    for (Event event : body.events()) {
      version = Math.max(version, EventShapes.version(event));
    }
    json.number("v", version);
    json.time("at", body.at());
    json.text("cause", body.cause());
    json.objects("events", body.events(), EventShapes::write);
  }

  /// A whole entry as its body says it, but never deflated: for those who show the log.
  public String show(LogEntry entry) {
    Body body = new Body(entry.at(), entry.cause(), entry.events());
    return new String(JsonText.of(body, JsonEventCodec::write), UTF_8);
  }

  @Override
  public LogEntry decode(LogRecord entry) {
    try {
      byte[] json = Deflated.undo(entry.body());
      try (JsonParser in = JsonFields.parser(json, 0, json.length)) {
        refuseNewer(entry, version(in));
        return JsonFields.whole(
            JsonFields.readToEnd(in),
            fields ->
                new LogEntry(
                    entry.position(),
                    fields.time("at"),
                    fields.text("cause", CommandId::new),
                    fields.objects("events", EventShapes::event)));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new LogDamaged(
          "Expected entry %s of the log to be JSON of version %d or older, but it is not: %s"
              .formatted(entry.position(), VERSION, e.getMessage()),
          e);
    }
  }

  /// One event as a JSON object with its stable name in `event`, for those who show the log.
  public String show(Event event) {
    return new String(JsonText.of(event, EventShapes::write), UTF_8);
  }

  /// It comes first, so that it can be read whatever follows.
  private static int version(JsonParser in) throws IOException {
    if (in.nextToken() != JsonToken.START_OBJECT || !"v".equals(in.nextFieldName())) {
      throw new IllegalArgumentException("it does not begin with its version, 'v'");
    }
    int version = in.nextIntValue(0);
    if (version < 1) {
      throw new IllegalArgumentException("its version is no whole number from 1 on");
    }
    return version;
  }

  private static void refuseNewer(LogRecord entry, int version) {
    if (version > VERSION) {
      throw new LogFailure(
          "Expected entry %s of the log to be of version %d or older, but it is of version %d; nothing was changed, start a newer mycoSwarm on this home"
              .formatted(entry.position(), VERSION, version));
    }
  }
}
