package org.mycoswarm.queue.log.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobOutcome;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogRecord;

/// Entries as JSON: readable with any tool when this program is long gone. Bodies over a few KiB
/// are deflated (zlib, RFC 1950): the tasks of one job differ little, and shrink to a tenth.
///
/// `{"v":1,"at":"...","cause":"...","events":[{"event":"task.leased",...},...]}`
public final class JsonEventCodec implements EventCodec {
  /// Raised when a body of today could be misread by a program of yesterday.
  static final int VERSION = 1;

  /// The stable name of each event. A name is never changed and never used again.
  public static final Map<Class<? extends Event>, String> NAMES =
      Map.ofEntries(
          Map.entry(Event.BrokerStarted.class, "broker.started"),
          Map.entry(Event.NodeRegistered.class, "node.registered"),
          Map.entry(Event.JobSubmitted.class, "job.submitted"),
          Map.entry(Event.TasksAdded.class, "tasks.added"),
          Map.entry(Event.TaskLeased.class, "task.leased"),
          Map.entry(Event.LeaseExpired.class, "lease.expired"),
          Map.entry(Event.LeaseReleased.class, "lease.released"),
          Map.entry(Event.AttemptFailed.class, "attempt.failed"),
          Map.entry(Event.TaskBuried.class, "task.buried"),
          Map.entry(Event.TaskSucceeded.class, "task.succeeded"),
          Map.entry(Event.JobCancelled.class, "job.cancelled"),
          Map.entry(Event.JobFinished.class, "job.finished"));

  private record Body(int v, Instant at, CommandId cause, List<Event> events) {
    Body {
      Objects.requireNonNull(at, "'at' is absent");
      Objects.requireNonNull(cause, "'cause' is absent");
      Objects.requireNonNull(events, "'events' is absent");
    }
  }

  private record Version(int v) {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
  private interface NamedEvent {}

  private final JsonMapper mapper = mapper();

  @Override
  public byte[] encode(Instant at, CommandId cause, List<Event> events) {
    try {
      return Deflated.whenLong(mapper.writeValueAsBytes(new Body(VERSION, at, cause, events)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected every event to have a JSON form", e);
    }
  }

  @Override
  public LogEntry decode(LogRecord entry) {
    try {
      byte[] json = Deflated.undo(entry.body());
      refuseNewer(entry, mapper.readValue(json, Version.class).v());
      Body body =
          mapper
              .readerFor(Body.class)
              .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(json);
      return new LogEntry(entry.position(), body.at(), body.cause(), body.events());
    } catch (IOException | IllegalArgumentException e) {
      throw new LogDamaged(
          "Expected entry %s of the log to be JSON of version %d, but it is not: %s"
              .formatted(entry.position(), VERSION, e.getMessage()),
          e);
    }
  }

  /// One event as a JSON object with its stable name in `event`, for those who show the log.
  public String show(Event event) {
    try {
      return mapper.writerFor(Event.class).writeValueAsString(event);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected every event to have a JSON form", e);
    }
  }

  private static void refuseNewer(LogRecord entry, int version) {
    if (version > VERSION) {
      throw new LogFailure(
          "Expected entry %s of the log to be of version %d or older, but it is of version %d; nothing was changed, start a newer mycoSwarm on this home"
              .formatted(entry.position(), VERSION, version));
    }
  }

  private static JsonMapper mapper() {
    SimpleModule ids = new SimpleModule();
    text(ids, JobId.class, JobId::new);
    text(ids, TaskId.class, TaskId::parse);
    text(ids, LeaseId.class, LeaseId::parse);
    text(ids, NodeId.class, NodeId::new);
    text(ids, CommandId.class, CommandId::new);
    text(ids, BlobHash.class, BlobHash::new);
    text(ids, JobOutcome.class, JobOutcome::parse);
    JsonMapper mapper =
        JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(ids)
            .addMixIn(Event.class, NamedEvent.class)
            .defaultPropertyInclusion(
                JsonInclude.Value.construct(
                    JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    NAMES.forEach((type, name) -> mapper.registerSubtypes(new NamedType(type, name)));
    return mapper;
  }

  private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(type, ToStringSerializer.instance);
    module.addDeserializer(
        type,
        new StdScalarDeserializer<T>(type) {
          private static final long serialVersionUID = 1;

          @Override
          public T deserialize(JsonParser json, DeserializationContext context) throws IOException {
            return parse.apply(json.getText());
          }

          @Override
          public T getNullValue(DeserializationContext context) throws JsonMappingException {
            throw JsonMappingException.from(
                context, "Expected a %s, but found none".formatted(type.getSimpleName()));
          }
        });
  }
}
