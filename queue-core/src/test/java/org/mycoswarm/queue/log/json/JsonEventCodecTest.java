package org.mycoswarm.queue.log.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobOutcome;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Holds the JSON of every event to its golden file, which must decode for ever.
class JsonEventCodecTest {
  private static final Instant AT = Instant.parse("2026-11-23T02:30:00.123456Z");
  private static final BlobHash BLOB = new BlobHash("ab".repeat(32));
  private static final JobId JOB = new JobId("01kaq3x0m2-j1");
  private static final LeaseId LEASE = new LeaseId(new TaskId(JOB, 7), 2);
  private static final NodeId NODE = new NodeId("n0d3");
  private static final TaskSpec TASK =
      new TaskSpec(
          new Requirement("embed", "sha256:m"),
          "docs/a.md",
          3,
          "{\"from\":0}",
          List.of(BLOB),
          new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(1)),
          Duration.ofMillis(30_500));
  private static final TaskSpec PLAIN_TASK =
      new TaskSpec(
          new Requirement("chunk", null),
          "",
          null,
          "{}",
          List.of(),
          new RetryPolicy(1, Duration.ZERO, Duration.ZERO),
          Duration.ofSeconds(30));

  private final JsonEventCodec codec = new JsonEventCodec();

  static Stream<Event> events() {
    return Stream.of(
        new Event.BrokerStarted("c0ffee", "0.1.0"),
        new Event.NodeRegistered(
            NODE,
            new NodeProfile(
                "attic",
                List.of(new Capability("embed", "sha256:m", "cpu", 2512.5)),
                "{\"cpu\":{}}")),
        new Event.JobSubmitted(
            JOB,
            new JobSpec(
                "my docs",
                "embed-folder",
                "{\"manifest\":\"x\"}",
                List.of(BLOB),
                new JobSpec.IdempotencyKey("nightly-1", BLOB)),
            List.of(TASK, PLAIN_TASK)),
        new Event.TasksAdded(JOB, 8, List.of(TASK)),
        new Event.TaskLeased(LEASE, NODE),
        new Event.LeaseExpired(LEASE, AT),
        new Event.LeaseReleased(LEASE),
        new Event.AttemptFailed(LEASE, "blob is damaged", AT),
        new Event.TaskBuried(LEASE.task(), "blob is damaged"),
        new Event.TaskSucceeded(
            LEASE,
            new TaskResult(
                "{\"rows\":32}",
                List.of(BLOB),
                Collections.unmodifiableSortedMap(new TreeMap<>(Map.of("vectors", 32L))))),
        new Event.JobCancelled(JOB),
        new Event.JobFinished(JOB, JobOutcome.SUCCEEDED_WITH_FAILURES));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsWrittenAsItsGoldenFileSays(Event event) throws IOException {
    byte[] golden = golden(event);

    byte[] written = codec.encode(AT, new CommandId("test"), List.of(event));

    assertThat(new String(written, UTF_8)).isEqualTo(new String(golden, UTF_8).strip());
  }

  @ParameterizedTest
  @MethodSource("events")
  void aGoldenFileIsReadAsItsEvent(Event event) throws IOException {
    byte[] golden = golden(event);

    LogEntry read = codec.decode(new LogRecord(new LogPosition(9), golden));

    assertThat(read)
        .isEqualTo(new LogEntry(new LogPosition(9), AT, new CommandId("test"), List.of(event)));
  }

  @Test
  void everyEventHasANameAndAGoldenFile() {
    Set<Class<?>> types = new HashSet<>();
    collect(Event.class, types);

    assertThat(JsonEventCodec.NAMES.keySet()).isEqualTo(types);
    assertThat(events().map(Object::getClass)).containsExactlyInAnyOrderElementsOf(types);
  }

  @Test
  void aLongEntryIsDeflatedAndReadBack() {
    List<Event> events = List.of(new Event.TasksAdded(JOB, 0, Collections.nCopies(1_000, TASK)));

    byte[] body = codec.encode(AT, new CommandId("test"), events);

    assertThat(body.length).isLessThan(20_000);
    assertThat(codec.decode(new LogRecord(new LogPosition(1), body)).events()).isEqualTo(events);
  }

  @Test
  void aNewerVersionIsRefusedAndNamed() {
    LogRecord newer = new LogRecord(new LogPosition(4), "{\"v\":2,\"later\":[]}".getBytes(UTF_8));

    assertThatThrownBy(() -> codec.decode(newer))
        .isInstanceOf(LogFailure.class)
        .hasMessage(
            "Expected entry 4 of the log to be of version 1 or older, but it is of version 2; nothing"
                + " was changed, start a newer mycoSwarm on this home");
  }

  @Test
  void aBodyThatIsNotAnEntryIsNamed() {
    for (String body :
        List.of(
            "",
            "hello",
            "x\u0001broken zlib",
            "{}",
            "{\"v\":1}",
            "{\"v\":1,\"at\":\"2026-11-23T02:30:00Z\",\"cause\":\"c\",\"events\":[{\"event\":\"who\"}]}",
            "{\"v\":1,\"at\":\"2026-11-23T02:30:00Z\",\"cause\":\"c\",\"events\":[{\"event\":\"job.cancelled\",\"job\":null}]}")) {
      assertThatThrownBy(
              () -> codec.decode(new LogRecord(new LogPosition(4), body.getBytes(UTF_8))))
          .as(body)
          .isInstanceOf(LogDamaged.class)
          .hasMessageStartingWith(
              "Expected entry 4 of the log to be JSON of version 1, but it is not: ");
    }
  }

  private static void collect(Class<?> type, Set<Class<?>> found) {
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, found);
      }
    } else {
      found.add(type);
    }
  }

  private static byte[] golden(Event event) throws IOException {
    String name = "/org/mycoswarm/schema/events/1/" + JsonEventCodec.NAMES.get(event.getClass());
    try (InputStream in = JsonEventCodecTest.class.getResourceAsStream(name + ".json")) {
      assertThat(in).as("golden file %s.json in the schema module", name).isNotNull();
      return in.readAllBytes();
    }
  }
}
