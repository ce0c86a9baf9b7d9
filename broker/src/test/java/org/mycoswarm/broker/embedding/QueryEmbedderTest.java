package org.mycoswarm.broker.embedding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.EventFeed;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.WriterThread;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;

/// Over the real engine with its log in memory; the node is a thread that gives each text the
/// vector of its length.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QueryEmbedderTest {
  private static final String MODEL = "sha256:" + "a".repeat(64);
  private static final NodeId NODE = new NodeId("node-1");
  private static final CommandId TEST = new CommandId("test");
  private static final Duration LONG = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private final InMemoryEventLog log = InMemoryEventLog.create();
  private final JsonEventCodec codec = new JsonEventCodec();
  private final EventFeed feed = new EventFeed(log, codec, 1_000);
  private final AwaitedJobs ends = new AwaitedJobs();
  private final AtomicInteger ids = new AtomicInteger();
  private final QueueWriter writer =
      new QueueWriter(
          log,
          codec,
          new Decider(Limits.DEFAULT),
          new QueueState(Limits.DEFAULT),
          Clock.systemUTC(),
          QueueWriter.Size.DEFAULT,
          (entries, state) -> {
            ends.durable(entries, state);
            feed.durable(entries, state);
          });
  private final WriterThread thread = new WriterThread(writer, failure -> {});

  @SuppressWarnings("NullAway.Init")
  private BlobStore blobs;

  @SuppressWarnings("NullAway.Init")
  private QueryEmbedder embedder;

  @BeforeEach
  void start() throws IOException {
    thread.start();
    blobs = FileBlobStore.open(folder, Clock.systemUTC());
    ModelOffers offers = new ModelOffers(node -> null, Clock.systemUTC(), LONG);
    embedder =
        new QueryEmbedder(
            new UrgentEmbedding(
                new UrgentJobs(
                    writer, ends, offers, () -> "q" + ids.incrementAndGet(), Clock.systemUTC())),
            blobs);
  }

  @AfterEach
  void stop() {
    writer.sendAllAway().join();
    thread.close();
    log.close();
  }

  @Test
  void textsBecomeVectorsInTheirOrder() throws Exception {
    CompletableFuture<Void> node = nodeThatDoes(1);

    List<float[]> vectors = embedder.embed(MODEL, "query", List.of("one", "three", "one"), LONG);

    assertThat(vectors).extracting(row -> row[0]).containsExactly(3f, 5f, 3f);
    node.join();
  }

  @Test
  void whatWasAskedForLatelyIsNotComputedAgain() throws Exception {
    CompletableFuture<Void> node = nodeThatDoes(2);
    embedder.embed(MODEL, "query", List.of("one"), LONG).getFirst()[0] = 7;

    assertThat(embedder.embed(MODEL, "query", List.of("one"), LONG).getFirst()).containsExactly(3f);
    assertThat(events()).filteredOn(Event.JobSubmitted.class::isInstance).hasSize(1);

    embedder.embed(MODEL, "passage", List.of("one"), LONG);
    assertThat(events()).filteredOn(Event.JobSubmitted.class::isInstance).hasSize(2);
    node.join();
  }

  @Test
  void withoutANodeThatHasTheModelThatIsSaidAtOnce() {
    assertThatThrownBy(() -> embedder.embed(MODEL, "query", List.of("one"), LONG))
        .isInstanceOf(NoVector.class)
        .hasMessage(
            "Expected a node that offers to embed with the model '%s', but none does now. Start a node that has it, or wait until one is back"
                .formatted(MODEL));
    assertThat(feed.durable()).isEqualTo(LogPosition.START);
  }

  @Test
  void whoeverWaitsTooLongIsToldAndTheJobIsCancelled() throws Exception {
    register();

    assertThatThrownBy(
            () -> embedder.embed(MODEL, "query", List.of("one"), Duration.ofMillis(1_500)))
        .isInstanceOf(NoVector.class)
        .hasMessage(
            "Expected vectors within 1.5 s, but every node that offers the model is busy or silent. Ask again, or add a node");
    assertThat(feed.next(new LogPosition(2), LONG, 10))
        .flatExtracting(LogEntry::events)
        .containsExactly(new Event.JobCancelled(new JobId("q1")));
  }

  @Test
  void aNodeThatCannotSaysWhy() {
    CompletableFuture<Void> node = nodeThatDoes(1);

    assertThatThrownBy(() -> embedder.embed(MODEL, "query", List.of("fail"), LONG))
        .isInstanceOf(NoVector.class)
        .hasMessage(
            "Expected vectors from the model '%s', but the nodes failed: it hurts"
                .formatted(MODEL));
    node.join();
  }

  private void register() {
    NodeProfile profile =
        new NodeProfile("n", List.of(new Capability("embed", MODEL, "cpu", 1)), "{}");
    writer.submit(TEST, new Command.RegisterNode(NODE, profile)).join();
  }

  private List<Event> events() throws InterruptedException {
    return feed.next(LogPosition.START, LONG, 100).stream()
        .flatMap(entry -> entry.events().stream())
        .toList();
  }

  private CompletableFuture<Void> nodeThatDoes(int tasks) {
    register();
    return CompletableFuture.runAsync(
        () -> {
          for (int i = 0; i < tasks; i++) {
            Answer answer = writer.lease(TEST, new Ask(NODE, 1, Long.MAX_VALUE), LONG).join();
            work(((Answer.Accepted) answer).leased().getFirst());
          }
        });
  }

  private void work(Answer.Leased leased) {
    try {
      EmbedPayload payload = Json.STRICT.readValue(leased.spec().payload(), EmbedPayload.class);
      List<String> texts = Objects.requireNonNull(payload.texts());
      writer
          .submit(
              TEST,
              texts.contains("fail")
                  ? new Command.FailAttempt(leased.lease(), "it hurts", false)
                  : new Command.CompleteTask(leased.lease(), result(texts), List.of()))
          .join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TaskResult result(List<String> texts) throws IOException {
    byte[] shape =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, 1), }\n"
            .formatted(texts.size())
            .getBytes(ISO_8859_1);
    ByteBuffer npy = ByteBuffer.allocate(10 + shape.length + 4 * texts.size());
    npy.order(ByteOrder.LITTLE_ENDIAN).put((byte) 0x93).put("NUMPY".getBytes(ISO_8859_1));
    npy.put((byte) 1).put((byte) 0).putShort((short) shape.length).put(shape);
    texts.forEach(text -> npy.putFloat(text.length()));
    BlobHash hash = blobs.put(new ByteArrayInputStream(npy.array()), 1 << 20).hash();
    EmbedDetail detail = new EmbedDetail(hash.hex(), texts.size(), 1, "cpu");
    return new TaskResult(
        Json.LENIENT.writeValueAsString(detail), List.of(hash), Collections.emptySortedMap());
  }
}
