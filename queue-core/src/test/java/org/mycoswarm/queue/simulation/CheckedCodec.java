package org.mycoswarm.queue.simulation;

import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogRecord;

/// The real codec, held to its promise: what is decoded is what was encoded. Decodes each body only
/// once, because a simulation replays its log many times.
final class CheckedCodec implements EventCodec {
  private final EventCodec real;
  private final IdentityHashMap<byte[], List<Event>> encoded = new IdentityHashMap<>();
  private final IdentityHashMap<byte[], LogEntry> decoded = new IdentityHashMap<>();

  CheckedCodec(EventCodec real) {
    this.real = real;
  }

  @Override
  public byte[] encode(Instant at, CommandId cause, List<Event> events) {
    byte[] body = real.encode(at, cause, events);
    encoded.put(body, events);
    return body;
  }

  @Override
  public LogEntry decode(LogRecord entry) {
    LogEntry known = decoded.get(entry.body());
    if (known != null && known.position().equals(entry.position())) {
      return known;
    }
    LogEntry now = real.decode(entry);
    decoded.put(entry.body(), now);
    List<@Nullable Event> before = List.copyOf(encoded.getOrDefault(entry.body(), now.events()));
    if (!before.equals(now.events())) {
      throw new Violation(
          Violation.Promise.THE_CODEC_LOSES_NOTHING,
          "entry %s was written as %s and is read as %s"
              .formatted(entry.position(), before, now.events()));
    }
    return now;
  }
}
