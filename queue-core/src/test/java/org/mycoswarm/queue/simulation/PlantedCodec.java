package org.mycoswarm.queue.simulation;

import java.time.Instant;
import java.util.List;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogRecord;

/// A codec to be spoiled in one place.
class PlantedCodec implements EventCodec {
  private final EventCodec honest;

  PlantedCodec(EventCodec honest) {
    this.honest = honest;
  }

  @Override
  public byte[] encode(Instant at, CommandId cause, List<Event> events) {
    return honest.encode(at, cause, events);
  }

  @Override
  public LogEntry decode(LogRecord entry) {
    return honest.decode(entry);
  }
}
