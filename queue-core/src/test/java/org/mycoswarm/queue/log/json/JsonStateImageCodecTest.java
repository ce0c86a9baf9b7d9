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
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Job;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Throttle;
import org.mycoswarm.queue.log.LogDamaged;

/// Holds the JSON of every piece of a state to its golden file.
class JsonStateImageCodecTest {
  private static final String GOLDEN = "/org/mycoswarm/schema/state/1/";
  private static final Instant AT = Instant.parse("2026-11-23T02:30:00.123456Z");
  private static final BlobHash BLOB = new BlobHash("ab".repeat(32));
  private static final JobId JOB = new JobId("01kaq3x0m2-j1");
  private static final NodeId NODE = new NodeId("n0d3");
  private static final Requirement REQUIREMENT = new Requirement("embed", "sha256:m");
  private static final Requirement PINNED =
      new Requirement("embed", "sha256:m", Resources.NONE, NODE);
  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(1));
  private static final JobSpec.Order ORDER = new JobSpec.Order("anna", 9, 5, AT);
  private static final TaskSpec TASK_SPEC =
      new TaskSpec(REQUIREMENT, "docs/a.md", 3, "{}", List.of(BLOB), RETRY, Duration.ofSeconds(30));
  private static final StateImage.TaskImage TASK = task("waiting", 0, AT, null, null, false);

  private final JsonStateImageCodec codec = new JsonStateImageCodec();

  static Stream<StateImage> pieces() {
    return Stream.of(
        new StateImage.Head(AT, 12),
        new StateImage.NodeImage(
            NODE,
            new NodeProfile(
                "attic", List.of(new Capability("embed", "sha256:m", "cpu", 2512.5)), "{}"),
            NodeMode.PAUSED),
        new StateImage.PolicyImage("embed", new KindPolicy(RETRY, Duration.ofMinutes(2))),
        new StateImage.RecordImage(
            new RecordVersion(
                new RecordId("schedule", "nightly"), 3, "{\"when\":\"02:30\"}", List.of(BLOB))),
        new StateImage.GateImage(
            new Throttle.Scope(true, "embed"), new Throttle(null, 90), AT.plusSeconds(2)),
        new StateImage.KeyImage("nightly-1", JOB, BLOB),
        new StateImage.EndedImage(JOB, 7, 2),
        new StateImage.JobImage(new Job(JOB, ORDER, 7, 4, 3, 2, 1, true), true, 3),
        TASK,
        pinned(TASK),
        new StateImage.LineImage(REQUIREMENT, "example.org", 5),
        new StateImage.LineImage(PINNED, null, 6),
        new StateImage.BandImage(
            4,
            AT,
            100,
            12,
            9,
            List.of(
                new StateImage.SubmitterImage(
                    "anyone", 8, 120, 30, 7, 3, List.of(new StateImage.Place(JOB, 2, 37))))));
  }

  private static StateImage.TaskImage task(
      String state,
      int missing,
      @Nullable Instant until,
      @Nullable NodeId node,
      @Nullable String reason,
      boolean waitsForAll) {
    return new StateImage.TaskImage(
        new TaskId(JOB, 7),
        TASK_SPEC,
        state,
        2,
        1,
        NODE,
        missing,
        until,
        node,
        reason,
        waitsForAll);
  }

  private static StateImage.TaskImage pinned(StateImage.TaskImage t) {
    TaskSpec spec =
        new TaskSpec(PINNED, "stage 1", null, "{}", List.of(), RETRY, Duration.ofSeconds(30));
    return new StateImage.TaskImage(
        t.task(), spec, "ready", 0, 0, null, 0, null, null, null, false);
  }

  @ParameterizedTest
  @MethodSource("pieces")
  void aPieceIsWrittenAsItsGoldenFileSays(StateImage piece) throws IOException {
    byte[] golden = golden(piece);

    byte[] written = codec.encodeSome(List.of(piece).iterator());

    assertThat(new String(written, UTF_8)).isEqualTo(new String(golden, UTF_8));
  }

  @ParameterizedTest
  @MethodSource("pieces")
  void aGoldenFileIsReadAsItsPiece(StateImage piece) throws IOException {
    byte[] golden = golden(piece);

    assertThat(codec.decode(golden)).containsExactly(piece);
  }

  @Test
  void everyPieceHasANameAndAGoldenFile() throws Exception {
    assertThat(GoldenFolder.names(GOLDEN))
        .containsExactlyInAnyOrderElementsOf(pieces().map(piece -> file(piece)).toList());
    assertThat(pieces().map(Object::getClass).distinct().toList())
        .containsExactlyInAnyOrder(StateImage.class.getPermittedSubclasses());
  }

  @Test
  void aTaskComesBackAsItWasInEveryState() {
    List<StateImage> tasks =
        List.of(
            task("blocked", 2, null, null, null, true),
            task("ready", 0, null, null, null, false),
            task("leased", 0, null, NODE, null, false),
            task("buried", 0, null, null, "blob is damaged", false));

    assertThat(codec.decode(codec.encodeSome(tasks.iterator()))).isEqualTo(tasks);
  }

  @Test
  void manyPiecesMakeManyBlocks() {
    Iterator<StateImage> pieces = Collections.<StateImage>nCopies(10_000, TASK).iterator();

    List<byte[]> blocks = new ArrayList<>();
    while (pieces.hasNext()) {
      blocks.add(codec.encodeSome(pieces));
    }

    assertThat(blocks).hasSizeBetween(10, 30).allMatch(block -> block.length < 40_000);
    assertThat(blocks.stream().mapToInt(block -> codec.decode(block).size()).sum())
        .isEqualTo(10_000);
  }

  @Test
  void aBlockThatIsDamagedIsSaidToBe() {
    byte[] block = codec.encodeSome(List.<StateImage>of(TASK).iterator());

    assertThatThrownBy(() -> codec.decode(Arrays.copyOf(block, block.length - 1)))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected pieces of a state as JSON of version 1, but they are not: the last line is"
                + " cut off");
    assertThatThrownBy(() -> codec.decode("{\"piece\":\"state.mood\"}\n".getBytes(UTF_8)))
        .hasMessageEndingWith("there is no piece 'state.mood'");
    assertThatThrownBy(
            () -> codec.decode("{\"piece\":\"state.ended\",\"job\":\"j\"}\n".getBytes(UTF_8)))
        .hasMessageEndingWith("field 'tasks' is absent");
  }

  private static String file(StateImage piece) {
    return StateShapes.NAMES.get(piece.getClass()) + (isPinned(piece) ? ".pinned.json" : ".json");
  }

  private static boolean isPinned(StateImage piece) {
    return switch (piece) {
      case StateImage.TaskImage p -> p.spec().requirement().node() != null;
      case StateImage.LineImage p -> p.requirement().node() != null;
      default -> false;
    };
  }

  private static byte[] golden(StateImage piece) throws IOException {
    String file = GOLDEN + file(piece);
    try (InputStream in = JsonStateImageCodecTest.class.getResourceAsStream(file)) {
      assertThat(in).as("golden file %s in the schema module", file).isNotNull();
      return in.readAllBytes();
    }
  }
}
