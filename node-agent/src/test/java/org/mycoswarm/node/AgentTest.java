package org.mycoswarm.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.ChunkDetail;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.DocumentText;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.ResourceSlots;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.TaskSubmission;

/// A whole node, with real models, working for a broker over real HTTP.
class AgentTest {
  private static final String TEXT =
      "One fungus.\n\nAnother fungus grows under the old oak tree.\n";

  @TempDir Path home;
  ScriptedBroker broker;

  @BeforeEach
  void startBroker() throws Exception {
    broker = new ScriptedBroker("b1", null);
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  @Test
  void chunksADocumentAndEmbedsItsChunks() throws Exception {
    String document = broker.blob(TEXT.getBytes(UTF_8));

    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      String lease = broker.task("chunk", model, "a.txt", chunk("a.txt", document, model), 30);
      ResultReport chunked = broker.awaitReport(lease);

      ChunkDetail detail = detail(chunked, ChunkDetail.class);
      assertThat(detail.status()).isEqualTo("chunked");
      assertThat(chunked.blobs()).containsExactly(detail.blob());
      assertThat(chunked.counts()).containsEntry("files", 1L).containsEntry("chunks", 1L);
      List<ChunkLine> lines = lines(Objects.requireNonNull(detail.blob()));
      assertThat(lines).singleElement().extracting(ChunkLine::start).isEqualTo(0);
      assertThat(chunked.next())
          .singleElement()
          .extracting(TaskSubmission::cost)
          .isEqualTo((long) lines.getFirst().text().length());

      ResultReport embedded = broker.awaitReport("task-2-1");
      EmbedDetail vectors = detail(embedded, EmbedDetail.class);
      assertThat(vectors.rows()).isEqualTo(1);
      assertThat(vectors.dimension()).isEqualTo(384);
      assertThat(vectors.device()).isEqualTo("cpu");
      assertThat(embedded.counts()).containsEntry("vectors", 1L);
      float[] row = rows(stored(vectors.vectors()), 1, 384)[0];
      assertThat(length(row)).isBetween(0.9999, 1.0001);
    }
  }

  @Test
  void chunksForOthersToEmbedAndKeepsTheTextToChunkItAnew() throws Exception {
    String document = broker.blob("# A title\n\nOne fungus.".getBytes(UTF_8));

    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      ChunkPayload once = new ChunkPayload("a.md", document, model, 200, 20, false, null, null);
      ResultReport first = broker.awaitReport(broker.task("chunk", model, "a", once, 30));

      ChunkDetail made = detail(first, ChunkDetail.class);
      assertThat(first.next()).isEmpty();
      assertThat(first.blobs()).containsExactly(made.blob(), made.text());
      assertThat(made.title()).isEqualTo("A title");
      String text = Objects.requireNonNull(made.text());
      assertThat(Json.LENIENT.readValue(stored(text), DocumentText.class))
          .isEqualTo(
              new DocumentText(
                  "text/1", "text/markdown", "A title", null, "# A title\n\nOne fungus.", null));

      broker.blobs.remove(document);
      ChunkPayload again = new ChunkPayload("a.md", document, model, 200, 20, false, text, null);
      ResultReport second = broker.awaitReport(broker.task("chunk", model, "a", again, 30));
      assertThat(detail(second, ChunkDetail.class)).isEqualTo(made);
    }
  }

  @Test
  void saysItsSlotsWhoseWorkItTakesAndWhichModelsAreInMemory() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      broker.await("a registration", () -> !broker.registrations.isEmpty());
      NodeReport first = broker.registrations.getFirst();
      ResourceSlots slots = Objects.requireNonNull(first.resources());
      assertThat(slots.cpu()).isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(slots.ramMiB()).isPositive();
      assertThat(first.submitters()).containsExactly("us");
      assertThat(loaded(first)).isEmpty();

      EmbedPayload payload = EmbedPayload.ofTexts(model, EmbedPayload.PASSAGE, List.of("words"));
      broker.task("embed", model, "texts", payload, 30);

      broker.await(
          "the model to be told as loaded",
          () -> loaded(broker.registrations.getLast()).contains(model));
      assertThat(loaded(broker.registrations.getLast())).containsOnly(model);
    }
  }

  private static List<String> loaded(NodeReport report) {
    return report.capabilities().stream()
        .filter(capability -> Boolean.TRUE.equals(capability.loaded()))
        .map(capability -> String.valueOf(capability.model()))
        .toList();
  }

  @Test
  void embedsTextsWithoutADocument() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2");
      EmbedPayload payload =
          EmbedPayload.ofTexts(
              model, EmbedPayload.PASSAGE, List.of("same words", "other words", "same words"));
      String lease = broker.task("embed", model, "texts", payload, 30);

      EmbedDetail detail = detail(broker.awaitReport(lease), EmbedDetail.class);

      float[][] rows = rows(stored(detail.vectors()), 3, 384);
      assertThat(rows[0]).isEqualTo(rows[2]).isNotEqualTo(rows[1]);
    }
  }

  @Test
  void filesWithoutTextAreAnAnswerToo() throws Exception {
    String empty = broker.blob(new byte[0]);
    String binary = broker.blob(new byte[] {0x7f, 'E', 'L', 'F', 0, 0, 0, 0, 1, 2, 3});

    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      String first = broker.task("chunk", model, "e", chunk("empty.txt", empty, model), 30);
      String second = broker.task("chunk", model, "b", chunk("a.bin", binary, model), 30);

      ResultReport nothing = broker.awaitReport(first);
      ResultReport unsupported = broker.awaitReport(second);

      assertThat(nothing.status()).isEqualTo("completed");
      ChunkDetail none = detail(nothing, ChunkDetail.class);
      assertThat(none.status()).isEqualTo("empty");
      assertThat(none.stage()).isEqualTo("parse");
      assertThat(none.error()).isEqualTo("NoText");
      assertThat(none.retryable()).isFalse();
      assertThat(detail(unsupported, ChunkDetail.class).status()).isEqualTo("unsupported");
      assertThat(unsupported.counts()).containsEntry("files", 0L);
      assertThat(unsupported.next()).isEmpty();
    }
  }

  @Test
  void whatCannotBeDoneFailsWithAReasonAndTheNodeLivesOn() throws Exception {
    String gone = "ab".repeat(32);
    String damaged = "cd".repeat(32);
    broker.blobs.put(damaged, "other bytes".getBytes(UTF_8));

    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      String missing = broker.task("chunk", model, "m", chunk("m.txt", gone, model), 30);
      String broken = broker.task("chunk", model, "d", chunk("d.txt", damaged, model), 30);
      String foreign = broker.task("paint", null, "p", Map.of(), 30);
      String nonsense = broker.task("embed", model, "n", Map.of("texts", 7), 30);
      String tooLong =
          broker.task(
              "embed",
              model,
              "l",
              EmbedPayload.ofTexts(model, EmbedPayload.PASSAGE, List.of("word ".repeat(2_000))),
              30);

      assertFailed(
          missing,
          "Expected the document in the blob '%s', but the broker does not have it".formatted(gone),
          true);
      assertFailed(
          broken,
          "Expected the document in the blob '%s', but the bytes that came have the hash"
              .formatted(damaged),
          true);
      assertFailed(
          foreign, "Expected a task of a kind that this node does, but it is 'paint'", true);
      assertFailed(
          nonsense, "Expected the payload of a task of kind 'embed', but it is none", false);
      assertFailed(tooLong, "Expected at most 256 tokens, as the model", false);
    }
  }

  @Test
  void aLateResultIsRefusedAndDropped() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      broker.takeAway("task-1-1");
      String late = broker.task("embed", model, "late", texts(model, 1), 3_600);
      broker.await("a refusal", () -> !broker.refusedReports.isEmpty());
      String next = broker.task("embed", model, "next", texts(model, 1), 30);

      assertThat(broker.awaitReport(next).status()).isEqualTo("completed");
      assertThat(broker.reports).noneMatch(report -> report.lease().equals(late));
      assertThat(broker.refusedReports).allMatch(report -> report.lease().equals(late));
    }
  }

  @Test
  void aResultThatIsNotInOrderBecomesAFailureWithTheBrokersReason() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      broker.dislike("task-1-1");
      String lease = broker.task("embed", model, "odd", texts(model, 1), 30);

      assertFailed(lease, "The broker refused the result: Expected another detail", true);
    }
  }

  @Test
  void aLostLeaseStopsTheWorkAndItsResultIsNotReported() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2");
      String lost = broker.task("embed", model, "lost", texts(model, 20_000), 1);
      broker.await("a renewal", () -> broker.renewals.stream().anyMatch(r -> r.contains(lost)));
      broker.takeAway(lost);
      broker.await(
          "the lease to be dropped",
          () -> !broker.renewals.isEmpty() && !broker.renewals.getLast().contains(lost));
      String next = broker.task("embed", model, "next", texts(model, 1), 30);

      assertThat(broker.awaitReport(next).status()).isEqualTo("completed");
      assertThat(broker.reports).noneMatch(report -> report.lease().equals(lost));
      assertThat(broker.refusedReports).isEmpty();
    }
  }

  @Test
  void aNodeOutlivesItsBrokerAndRegistersWithOneThatDoesNotKnowIt() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      String model = node.model("all-minilm-l6-v2-int8");
      broker.awaitReport(broker.task("embed", model, "before", texts(model, 1), 30));
      // That the model is loaded now is told too, and is not what is counted below.
      broker.await("all to be told", () -> loaded(broker.registrations.getLast()).contains(model));
      broker.awaitReport(broker.task("embed", model, "meanwhile", texts(model, 1), 30));
      int port = broker.port();
      broker.close();

      broker = new ScriptedBroker("b1", null, InetAddress.getLoopbackAddress(), port);
      broker.countTasksFrom(100);
      String after = broker.task("embed", model, "after", texts(model, 1), 30);

      assertThat(broker.awaitReport(after).status()).isEqualTo("completed");
      assertThat(broker.registrations).hasSize(1);
    }
  }

  @Test
  void aBrokerThatComesBackAtAnotherAddressIsFoundAgain() throws Exception {
    RunningNode.writeRunFile(home, broker);

    try (RunningNode node = RunningNode.startByRunFile(home)) {
      broker.await("a registration", () -> !broker.registrations.isEmpty());
      broker.close();
      broker = new ScriptedBroker("b1", null);
      RunningNode.writeRunFile(home, broker);

      broker.await("a registration", () -> !broker.registrations.isEmpty());
      assertThat(node.running()).isTrue();
    }
  }

  @Test
  void onStopWhatIsDoneIsReportedAndTheRestIsHandedBack() throws Exception {
    RunningNode node = RunningNode.start(home, broker);
    String model = node.model("all-minilm-l6-v2");
    List<String> leases =
        List.of(1, 2, 3).stream()
            .map(i -> broker.task("embed", model, "long " + i, texts(model, 20_000), 30))
            .toList();
    broker.await("work", () -> node.hasTaken(broker, leases));

    NodeAgent.End end = node.stop();

    assertThat(end.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(end.quiet()).isTrue();
    assertThat(broker.reports).allMatch(report -> report.status().equals("released"));
    assertThat(broker.reports.size() + broker.left.size()).isEqualTo(3);
  }

  @Test
  void aNodeWithoutModelsSaysWhatIsMissing() throws Exception {
    try (RunningNode node = RunningNode.withModels(home, home.resolve("no-models"), broker)) {
      broker.await("a registration", () -> !broker.registrations.isEmpty());

      var report = broker.registrations.getFirst();
      assertThat(report.capabilities())
          .extracting(CapabilityView::kind)
          .containsExactly("shard-forward");
      assertThat(report.detail().path("missing").toString())
          .contains("Expected a folder of models at", "this machine can embed nothing");
      assertThat(node.running()).isTrue();
    }
  }

  @Test
  void aChangeOfTheOverrideFileIsReported() throws Exception {
    try (RunningNode node = RunningNode.start(home, broker)) {
      broker.await("a registration", () -> !broker.registrations.isEmpty());

      Files.writeString(
          home.resolve("capabilities.json"), "{\"remove\": [\"embed\"], \"name\": \"attic\"}");

      broker.await("another registration", () -> broker.registrations.size() > 1);
      var report = broker.registrations.get(1);
      assertThat(report.name()).isEqualTo("attic");
      assertThat(report.capabilities()).isNotEmpty().noneMatch(c -> c.kind().equals("embed"));
      assertThat(node.running()).isTrue();
    }
  }

  @Test
  void aChangeWhileTheBrokerIsAwayHoldsUpNeitherTheNodeNorItsEnd() throws Exception {
    Logger logger = Logger.getLogger(NodeAgent.class.getName());
    CountDownLatch tried = new CountDownLatch(1);
    Level before = logger.getLevel();
    logger.setFilter(
        record -> {
          if (record.getMessage().startsWith("What has changed is reported later")) {
            tried.countDown();
          }
          return true;
        });
    logger.setLevel(Level.FINE);
    try (RunningNode node = RunningNode.start(home, broker)) {
      broker.await("work", () -> broker.calls.stream().anyMatch(call -> call.endsWith("/work")));
      broker.close();

      Files.writeString(home.resolve("capabilities.json"), "{\"name\": \"attic\"}");

      assertThat(tried.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(node.stop().exitCode()).isEqualTo(ExitCode.OK);
    } finally {
      logger.setFilter(null);
      logger.setLevel(before);
    }
  }

  private void assertFailed(String lease, String reason, boolean retryable) throws Exception {
    ResultReport report = broker.awaitReport(lease);
    assertThat(report.status()).isEqualTo("failed");
    assertThat(report.reason()).contains(reason);
    assertThat(report.retryable()).isEqualTo(retryable);
  }

  private static ChunkPayload chunk(String path, String blob, String model) {
    return new ChunkPayload(path, blob, model, 200, 20, null, null, null);
  }

  private static EmbedPayload texts(String model, int count) {
    return EmbedPayload.ofTexts(model, EmbedPayload.PASSAGE, Collections.nCopies(count, TEXT));
  }

  private static <T> T detail(ResultReport report, Class<T> type) throws Exception {
    assertThat(report.status()).describedAs(String.valueOf(report.reason())).isEqualTo("completed");
    return Json.LENIENT.treeToValue(report.detail(), type);
  }

  private byte[] stored(String blob) {
    return Objects.requireNonNull(broker.blobs.get(blob));
  }

  private List<ChunkLine> lines(String blob) {
    String text = new String(stored(blob), UTF_8);
    return text.lines().map(AgentTest::line).toList();
  }

  private static ChunkLine line(String json) {
    try {
      return Json.LENIENT.readValue(json, ChunkLine.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[][] rows(byte[] npy, int rows, int columns) {
    String header = new String(npy, 10, 118, UTF_8);
    assertThat(header)
        .startsWith(
            "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
                .formatted(rows, columns));
    ByteBuffer numbers = ByteBuffer.wrap(npy, 128, npy.length - 128).order(ByteOrder.LITTLE_ENDIAN);
    float[][] matrix = new float[rows][columns];
    for (float[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = numbers.getFloat();
      }
    }
    assertThat(numbers.hasRemaining()).isFalse();
    return matrix;
  }

  private static double length(float[] row) {
    double squares = 0;
    for (float x : row) {
      squares += x * x;
    }
    return Math.sqrt(squares);
  }
}
