package org.mycoswarm.broker.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.schema.json.Json;

/// The log as lines of JSON, for other programs. Two forms:
///
/// - `jsonl`: a line for each entry, what the log itself holds and its position before it. Nothing
///   is lost, and [#read] reads it again.
/// - `cloudevents`: a line for each event, a CloudEvent 1.0 of structured mode.
public final class LogLines {
  /// The forms, as `format` names them.
  public static final List<String> FORMATS = List.of("jsonl", "cloudevents");

  private static final JsonEventCodec CODEC = new JsonEventCodec();

  private LogLines() {}

  /// `{"position":7,"v":1,"at":"...","cause":"...","events":[...]}` and a line feed.
  public static String entry(LogEntry entry) {
    return "{\"position\":%s,%s\n".formatted(entry.position(), CODEC.show(entry).substring(1));
  }

  /// An entry over several lines, for people.
  public static String pretty(LogEntry entry) {
    try {
      return Json.LENIENT
          .writerWithDefaultPrettyPrinter()
          .writeValueAsString(Json.LENIENT.readTree(entry(entry)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected an entry to be shown as JSON", e);
    }
  }

  /// The events of an entry, a line each.
  ///
  /// @param broker the id of the broker whose log it is
  public static String cloudEvents(LogEntry entry, String broker) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < entry.events().size(); i++) {
      lines.append(cloudEvent(entry, i, broker)).append('\n');
    }
    return lines.toString();
  }

  /// One line of the form `jsonl`, as a record of the log.
  ///
  /// @throws IllegalArgumentException when it is none; the message says what is wrong
  public static LogRecord read(String line) {
    try {
      if (!(Json.LENIENT.readTree(line) instanceof ObjectNode object)) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      JsonNode position = object.remove("position");
      JsonNode version = object.remove("v");
      if (position == null || !position.canConvertToLong() || version == null) {
        throw new IllegalArgumentException("it has no 'position' or no 'v'");
      }
      ObjectNode body = Json.LENIENT.createObjectNode();
      body.set("v", version);
      body.setAll(object);
      return new LogRecord(
          new LogPosition(position.longValue()), Json.LENIENT.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String cloudEvent(LogEntry entry, int index, String broker) {
    Event event = entry.events().get(index);
    ObjectNode line = Json.LENIENT.createObjectNode();
    line.put("specversion", "1.0");
    line.put("id", entry.position() + "/" + index);
    line.put("source", "urn:mycoswarm:broker:" + broker);
    line.put("type", "org.mycoswarm." + JsonEventCodec.NAMES.get(event.getClass()));
    line.put("time", entry.at().toString());
    String subject = subject(event);
    if (!subject.isEmpty()) {
      line.put("subject", subject);
    }
    line.put("datacontenttype", "application/json");
    line.put("cause", entry.cause().value());
    try {
      line.set("data", Json.LENIENT.readTree(CODEC.show(event)));
      return Json.LENIENT.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected an event to be shown as JSON", e);
    }
  }

  /// Which job, task, node or record the event is about; empty for the queue as a whole.
  private static String subject(Event event) {
    return switch (event) {
      case Event.BrokerStarted _, Event.ThrottleSet _ -> "";
      case Event.KindPolicySet e -> e.kind();
      case Event.RecordPut e -> e.record().id().toString();
      case Event.RecordRemoved e -> e.id().toString();
      case Event.NodeRegistered e -> e.node().value();
      case Event.NodeModeChanged e -> e.node().value();
      case Event.JobSubmitted e -> of(e.job());
      case Event.TasksAdded e -> of(e.job());
      case Event.TasksRevived e -> of(e.job());
      case Event.JobPaused e -> of(e.job());
      case Event.JobResumed e -> of(e.job());
      case Event.JobEnding e -> of(e.job());
      case Event.JobForgotten e -> of(e.job());
      case Event.TaskLeased e -> of(e.lease().task());
      case Event.LeaseEnding e -> of(e.lease().task());
      case Event.TaskSucceeded e -> of(e.lease().task());
      case Event.LateReport e -> of(e.lease().task());
      case Event.TaskBuried e -> of(e.task());
    };
  }

  private static String of(JobId job) {
    return job.value();
  }

  private static String of(TaskId task) {
    return task.toString();
  }
}
