package org.mycoswarm.queue.log.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobOutcome;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.queue.domain.Throttle;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Holds the JSON of every event to its golden file, which must decode for ever.
class JsonEventCodecTest {
  private static final String GOLDEN = "/org/mycoswarm/schema/events/";
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

  private static final TaskSpec NEW_TASK =
      new TaskSpec(
          new Terms(
              new Requirement("embed", "sha256:m", new Resources(1, 2_000, 4_000)),
              new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(1)),
              Duration.ofSeconds(30),
              "example.org",
              1_024,
              AT),
          "docs/a.md",
          null,
          "{}",
          List.of(),
          new TaskSpec.Start(AT, List.of(0, 2), true));

  private static final TaskSpec PINNED_TASK =
      new TaskSpec(
          new Terms(
              new Requirement("embed", null, new Resources(1, 0, 0), NODE),
              new RetryPolicy(1, Duration.ZERO, Duration.ZERO),
              Duration.ofSeconds(30),
              null,
              1,
              null),
          "docs/a.md",
          null,
          "{}",
          List.of(),
          TaskSpec.Start.AT_ONCE);

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
        new Event.JobFinished(JOB, JobOutcome.SUCCEEDED_WITH_FAILURES),
        new Event.NodeRegistered(
            NODE,
            new NodeProfile(
                "attic",
                List.of(new Capability("embed", "sha256:m", "cuda:0", 0, true)),
                new Resources(8, 32_000, 24_000),
                List.of("anna", "ben"),
                "{}")),
        new Event.NodeModeChanged(NODE, NodeMode.DRAINING),
        new Event.JobFinished(JOB, JobOutcome.FAILED, List.of(new JobId("01kaq3x0m2-j0"))),
        new Event.JobSubmitted(
            JOB,
            new JobSpec(
                "my docs",
                "embed-folder",
                "{}",
                List.of(),
                null,
                new JobSpec.Order("anna", 9, 5, AT)),
            List.of(NEW_TASK, PLAIN_TASK)),
        new Event.TasksAdded(JOB, 8, List.of(NEW_TASK)),
        new Event.LateReport(LEASE, "the task has succeeded"),
        new Event.TasksRevived(JOB, List.of(3, 7)),
        new Event.JobPaused(JOB),
        new Event.JobResumed(JOB),
        new Event.JobFailed(JOB, "3 of its 7 tasks are buried"),
        new Event.JobForgotten(JOB),
        new Event.ThrottleSet(new Throttle.Scope(false, "example.org"), new Throttle(2, 90)),
        new Event.KindPolicySet(
            "embed",
            new KindPolicy(
                new RetryPolicy(5, Duration.ofMillis(1_500), Duration.ofHours(1)),
                Duration.ofMinutes(2))),
        new Event.RecordPut(
            new RecordVersion(
                new RecordId("schedule", "nightly"), 3, "{\"when\":\"02:30\"}", List.of(BLOB))),
        new Event.RecordRemoved(new RecordId("schedule", "nightly")),
        new Event.JobSubmitted(
            JOB,
            new JobSpec("my docs", "tasks", "{}", List.of(), null),
            List.of(PLAIN_TASK, PINNED_TASK)),
        new Event.TasksAdded(JOB, 8, List.of(PINNED_TASK)));
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
    assertThat(JsonEventCodec.NAMES.values()).doesNotHaveDuplicates();
    assertThat(events().map(Object::getClass).distinct())
        .containsExactlyInAnyOrderElementsOf(types);
  }

  @Test
  void everyGoldenFileIsOfAnEvent() throws Exception {
    List<String> files = new ArrayList<>();
    for (String version : List.of("1", "2", "3", "4")) {
      GoldenFolder.names(GOLDEN + version + "/").forEach(name -> files.add(version + "/" + name));
    }

    assertThat(files).containsExactlyInAnyOrderElementsOf(events().map(e -> file(e)).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T02:30:00Z",
        "2026-11-23T02:30:00.120Z",
        "2026-11-23T02:30:00.123456789Z",
        "1969-12-31T23:59:59.999Z",
        "0000-01-01T00:00:00Z",
        "-0001-12-31T23:59:59Z",
        "9999-12-31T23:59:59.999999999Z",
        "+10000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59.999999999Z",
        "-1000000000-01-01T00:00:00Z"
      })
  void aTimeIsWrittenAsTheJdkWritesIt(String text) {
    Instant time = Instant.parse(text);

    byte[] body = codec.encode(time, new CommandId("test"), List.of());

    assertThat(new String(body, UTF_8)).contains("\"at\":\"" + time + "\"");
    assertThat(codec.decode(new LogRecord(new LogPosition(1), body)).at()).isEqualTo(time);
  }

  @Test
  void anyTextComesBackAsItWas() {
    String text = "\u0000\"\\\n\u2028 \u00e4 \ud83c\udf44 \ud83c half " + "long ".repeat(9_000);
    Event event = new Event.TaskBuried(LEASE.task(), text);

    byte[] body = codec.encode(AT, new CommandId(text), List.of(event, event));

    assertThat(codec.decode(new LogRecord(new LogPosition(1), body)))
        .isEqualTo(
            new LogEntry(new LogPosition(1), AT, new CommandId(text), List.of(event, event)));
  }

  @Test
  void anEventIsShownAsOneObject() {
    assertThat(codec.show(new Event.TaskLeased(LEASE, NODE)))
        .isEqualTo("{\"event\":\"task.leased\",\"lease\":\"01kaq3x0m2-j1.7.2\",\"node\":\"n0d3\"}");
  }

  @Test
  void aLongEntryIsDeflatedAndReadBack() {
    List<Event> events = List.of(new Event.TasksAdded(JOB, 0, Collections.nCopies(1_000, TASK)));

    byte[] body = codec.encode(AT, new CommandId("test"), events);

    assertThat(body.length).isLessThan(20_000);
    assertThat(codec.decode(new LogRecord(new LogPosition(1), body)).events()).isEqualTo(events);
  }

  @Test
  void aLongEntryThatHardlyShrinksStaysText() {
    List<Event> events = noise(1_000_000);

    byte[] body = codec.encode(AT, new CommandId("test"), events);

    assertThat(body[0]).isEqualTo((byte) '{');
    assertThat(codec.decode(new LogRecord(new LogPosition(1), body)).events()).isEqualTo(events);
  }

  @Test
  void anEntryThatIsTooLongIsDeflatedEvenThen() {
    List<Event> events = noise(12_000_000);

    byte[] body = codec.encode(AT, new CommandId("test"), events);

    assertThat(body.length).isLessThan(LogRecord.BODY_BYTES_MAX);
    assertThat(codec.decode(new LogRecord(new LogPosition(1), body)).events()).isEqualTo(events);
  }

  private static List<Event> noise(int digits) {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    random.ints(digits, 0, 10).forEach(text::append);
    return List.of(new Event.TaskBuried(LEASE.task(), text.toString()));
  }

  @Test
  void aNewerVersionIsRefusedAndNamed() {
    LogRecord newer = new LogRecord(new LogPosition(4), "{\"v\":5,\"later\":[]}".getBytes(UTF_8));

    assertThatThrownBy(() -> codec.decode(newer))
        .isInstanceOf(LogFailure.class)
        .hasMessage(
            "Expected entry 4 of the log to be of version 4 or older, but it is of version 5; nothing"
                + " was changed, start a newer mycoSwarm on this home");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                              | it does not begin with its version, 'v'
          hello                           | Unrecognized token 'hello'
          {}                              | it does not begin with its version, 'v'
          {"v":0}                         | its version is no whole number from 1 on
          {"v":"1"}                       | its version is no whole number from 1 on
          {"v":1}                         | field 'at' is absent
          {"v":1,"at":"noon"}             | 'noon' is no instant
          {"v":1,"at":"2026-02-30T00:00:00Z"} | '2026-02-30T00:00:00Z' is no instant
          {"v":1,"at":"2026-11-23T02:30:00Z" | Unexpected end-of-input
          {"v":1,"at":"2026-11-23T02:30:00Z","cause":"c","events":[] | Unexpected end-of-input
          """)
  void aBodyThatIsNotAnEntryIsNamed(String body, String why) {
    assertDamaged(body, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          7                                            | field 'events' is a Long
          {"event":"who"}                              | there is no event 'who'
          {"event":null}                               | field 'event' is absent
          {"event":"job.cancelled"}                    | field 'job' is absent
          {"event":"job.cancelled","job":null}         | field 'job' is absent
          {"event":"job.cancelled","job":7}            | field 'job' is a Long
          {"event":"job.cancelled","job":"J"}          | Expected a job id of 1 to 40
          {"event":"job.cancelled","job":"j","by":"x"} | field 'by' is not known here
          {"event":"job.cancelled","job":"j","by":null} | field 'by' is not known here
          {"event":"job.cancelled","job":"j","job":"k"} | field 'job' is not known here
          {"event":"lease.released","lease":"j.1"}     | Expected a task id of the form
          {"event":"lease.released","lease":"j.1.0"}   | Expected an attempt of 1 or more
          {"event":"lease.released","lease":"j.01.2"}  | Expected a whole number at the end
          {"event":"lease.released","lease":"j..2"}    | Expected a whole number at the end
          {"event":"lease.released","lease":".1.2"}    | Expected a task id of the form
          {"event":"lease.expired","lease":"j.1.1","retryAt":"2026-11-23T02:30:61Z"} | is no instant
          {"event":"tasks.revived","job":"j","numbers":[2147483648]} | field 'numbers' is 2147483648
          {"event":"tasks.revived","job":"j","numbers":[null]} | field 'numbers' is absent
          {"event":"job.cancelled","job":"j"}]}{}      | something follows the JSON object
          """)
  void anEventThatIsNotOneIsNamed(String event, String why) {
    assertDamaged(
        "{\"v\":1,\"at\":\"2026-11-23T02:30:00Z\",\"cause\":\"c\",\"events\":[" + event + "]}",
        why);
  }

  @Test
  void aDeflatedBodyThatIsCutOffIsNamed() {
    List<Event> events = List.of(new Event.TasksAdded(JOB, 0, Collections.nCopies(1_000, TASK)));
    byte[] whole = codec.encode(AT, new CommandId("test"), events);

    for (int bytes = 0; bytes < whole.length; bytes += 7) {
      byte[] part = Arrays.copyOf(whole, bytes);
      assertThatThrownBy(() -> codec.decode(new LogRecord(new LogPosition(4), part)))
          .as("the first %d of %d bytes", bytes, whole.length)
          .isInstanceOf(LogDamaged.class);
    }
  }

  private void assertDamaged(String body, String why) {
    assertThatThrownBy(() -> codec.decode(new LogRecord(new LogPosition(4), body.getBytes(UTF_8))))
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith(
            "Expected entry 4 of the log to be JSON of version 4 or older, but it is not: ")
        .hasMessageContaining(why);
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

  private static String file(Event event) {
    return EventShapes.version(event) + "/" + JsonEventCodec.NAMES.get(event.getClass()) + ".json";
  }

  private static byte[] golden(Event event) throws IOException {
    String file = GOLDEN + file(event);
    try (InputStream in = JsonEventCodecTest.class.getResourceAsStream(file)) {
      assertThat(in).as("golden file %s in the schema module", file).isNotNull();
      return in.readAllBytes();
    }
  }
}
