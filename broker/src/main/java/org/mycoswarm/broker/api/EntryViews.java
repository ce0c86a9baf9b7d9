package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.broker.projection.Subject;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.LogEntryView;

/// Shows entries of the log, whole or as far as they speak of one job.
final class EntryViews {
  private final QueueGateway queue;

  EntryViews(QueueGateway queue) {
    this.queue = queue;
  }

  /// @param characters how long the events are as text, about
  record Shown(LogEntryView view, long characters) {}

  Shown show(LogEntry entry) {
    return show(entry, entry.events());
  }

  /// The entry with the events of one job; empty when it has none.
  Optional<LogEntryView> show(LogEntry entry, JobId job) {
    List<Event> events =
        entry.events().stream()
            .filter(event -> Subject.job(event).filter(job::equals).isPresent())
            .toList();
    return events.isEmpty() ? Optional.empty() : Optional.of(show(entry, events).view());
  }

  /// Whether the entry ends the job.
  static boolean ends(LogEntry entry, JobId job) {
    return entry.events().stream()
        .anyMatch(event -> event instanceof Event.JobEnding end && end.job().equals(job));
  }

  private Shown show(LogEntry entry, List<Event> events) {
    long characters = 0;
    List<JsonNode> shown = new ArrayList<>(events.size());
    for (Event event : events) {
      String json = queue.show(event);
      characters += json.length();
      shown.add(tree(json));
    }
    return new Shown(
        new LogEntryView(entry.position().value(), entry.at(), entry.cause().value(), shown),
        characters);
  }

  private static JsonNode tree(String json) {
    try {
      return Json.LENIENT.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected an event to be shown as JSON", e);
    }
  }
}
