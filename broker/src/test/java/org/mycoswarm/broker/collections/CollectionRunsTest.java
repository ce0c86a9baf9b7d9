package org.mycoswarm.broker.collections;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.embedding.NoVector;
import org.mycoswarm.broker.records.LiveRecords;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.IndexRequest;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.schema.wire.RunView;
import org.mycoswarm.search.IndexedDocument;

/// Runs over the real records, blobs and indexes; only the queue and its nodes are a [StandInWork],
/// which can be stopped at every step.
@Timeout(60)
class CollectionRunsTest {
  private static final CollectionName NOTES = new CollectionName("notes");

  /// A model of which only nodes know how long its vectors are.
  private static final String BROUGHT = "b".repeat(64);

  @TempDir private Path home;
  private final LiveRecords records = new LiveRecords();
  private final List<JsonNode> told = new CopyOnWriteArrayList<>();
  private volatile Runnable whenTold = () -> {};
  private final AtomicInteger ids = new AtomicInteger();
  private String chunker = ChunkPayload.CHUNKER;
  private CollectionRuns.Dimensions dimensions = _ -> StandInWork.DIMENSION;
  private Path folder;
  private StandInWork work;
  private Supplier<CollectionRuns> broker;
  private Indexes indexes;
  private CollectionRuns runs;

  @BeforeEach
  void startBroker() throws IOException {
    folder = Files.createDirectories(home.resolve("folder"));
    write("a.txt", "The heating is serviced in spring.\n\nThe oven is swept in May.");
    write("b/boat.txt", "The boat lies in the shed.");
    FileBlobStore blobs = FileBlobStore.open(home.resolve("blobs"), Clock.systemUTC());
    work = new StandInWork(blobs);
    indexes = new Indexes(home.resolve("indexes"));
    broker =
        () ->
            new CollectionRuns(
                new CollectionRuns.Parts(
                    records.records(),
                    work,
                    blobs,
                    indexes,
                    FolderRule.ANY,
                    CollectionRunsTest::model,
                    digest -> dimensions.of(digest),
                    () -> "run" + ids.incrementAndGet(),
                    (_, report) -> {
                      told.add(report);
                      whenTold.run();
                    },
                    1 << 20,
                    chunker));
    runs = broker.get();
  }

  private static EmbeddingModel model(@Nullable String name) {
    String digest = name == null ? "1".repeat(64) : name.length() == 64 ? name : Sha256.of(name);
    int dimension = BROUGHT.equals(name) ? 0 : StandInWork.DIMENSION;
    return new EmbeddingModel(digest, "model", dimension, 512);
  }

  @AfterEach
  void stopAll() {
    runs.close();
    indexes.close();
    records.close();
  }

  /// The process is gone, and another one begins with what is on the disk.
  private void restart() {
    runs.close();
    indexes.close();
    records.restart();
    indexes = new Indexes(home.resolve("indexes"));
    runs = broker.get();
    runs.resume();
  }

  @Test
  void whatTheRecordsSayIsWhatIsShown() throws Exception {
    run("notes");
    write("c.txt", "Compost is turned in autumn.");
    String second = run("notes").run();
    CollectionHistory then =
        new CollectionHistory(
            records.records(), FileBlobStore.open(home.resolve("blobs"), Clock.systemUTC()));

    assertThat(then.collection(NOTES))
        .usingRecursiveComparison()
        .ignoringFields("bytes")
        .isEqualTo(runs.collection(NOTES));
    assertThat(then.collection(NOTES).documents()).isEqualTo(3);
    assertThat(then.all()).containsExactly(then.collection(NOTES));
    assertThat(then.runs(NOTES)).isEqualTo(runs.runs(NOTES));
    assertThat(then.report(NOTES, second)).isEqualTo(runs.report(NOTES, second));
  }

  @Test
  void whereverTheBrokerStopsTheIndexIsAsItWouldHaveBeen() throws Exception {
    run("calm");
    write("b/boat.txt", "The boat lies in the garden.");
    write("c.txt", "Compost is turned in autumn.");
    Files.delete(folder.resolve("a.txt"));
    run("calm");
    boolean stopped = true;
    int call = 0;
    while (stopped) {
      int nth = ++call;
      CollectionName name = new CollectionName("stopped" + nth);
      write("b/boat.txt", "The boat lies in the shed.");
      write("a.txt", "The heating is serviced in spring.");
      Files.delete(folder.resolve("c.txt"));
      end(name, begin(name.value(), "model " + nth)); // whose vectors nobody has yet
      write("b/boat.txt", "The boat lies in the garden.");
      write("c.txt", "Compost is turned in autumn.");
      Files.delete(folder.resolve("a.txt"));
      work.stopAt(nth);
      String run = begin(name.value(), null);
      await(() -> work.calls() >= nth || isOver(name, run));
      stopped = work.calls() >= nth;
      restart();
      work.stopAt(0);
      end(name, run);
      assertThat(contents(name)).as("stopped at call %d", nth).isEqualTo(contents("calm"));
    }
    assertThat(call - 1).as("stops").isGreaterThan(6);
  }

  @Test
  void aRunWaitsForTablesThatAreReplaced() throws Exception {
    work.tablesAway(2);

    RunReport report = run("notes");

    assertThat(report.state()).isEqualTo("succeeded");
    assertThat(work.away()).isZero();
    assertThat(contents(NOTES)).hasSize(2);
  }

  @Test
  void aRunThatWaitsForTablesKeepsTheBrokerFromNothing() throws Exception {
    work.tablesAway(Integer.MAX_VALUE);
    String run = begin("notes", null);
    await(() -> work.away() < Integer.MAX_VALUE - 1);
    runs.close(); // returns, which the time limit of this class sees

    work.tablesAway(0);
    restart();

    assertThat(end(NOTES, run).state()).isEqualTo("succeeded");
  }

  @Test
  void aRunThatIsCancelledWithoutTablesEndsWhenTheyAreBack() throws Exception {
    work.rest(true);
    String run = begin("notes", null);
    await(() -> progress(run).map(RunView.Progress::documents).orElse(0) == 2);
    work.tablesAway(2);
    runs.cancel(NOTES, run);

    RunReport report = end(NOTES, run);

    assertThat(report.state()).isEqualTo("cancelled");
    assertThat(report.counts()).isEqualTo(Map.of("pending", 2));
  }

  @Test
  void howLongVectorsAreIsAskedUntilANodeSaysIt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    dimensions =
        _ -> {
          if (asked.incrementAndGet() == 1) {
            throw new NoVector(NoVector.Cause.NO_NODE, "there is no node");
          }
          return StandInWork.DIMENSION;
        };

    RunReport first = end(NOTES, begin("notes", BROUGHT));
    write("c.txt", "Compost is turned in autumn.");
    RunReport second = end(NOTES, begin("notes", BROUGHT));

    assertThat(first.state()).as(first.toString()).isEqualTo("succeeded");
    assertThat(second.state()).as(second.toString()).isEqualTo("succeeded");
    assertThat(second.counts()).containsEntry("unchanged", 2);
    assertThat(asked).as("once it was known").hasValue(2);
    assertThat(contents(NOTES)).hasSize(3);
  }

  @Test
  void aModelThatGivesNoVectorsFailsTheRunInWords() throws Exception {
    dimensions =
        _ -> {
          throw new NoVector(NoVector.Cause.FAILED, "The model has no output of that name");
        };

    RunReport report = end(NOTES, begin("notes", BROUGHT));

    assertThat(report.state()).isEqualTo("failed");
    assertThat(report.reason())
        .contains("Expected a node to say how long the vectors", "has no output of that name");
  }

  @Test
  void aRunThatFailsIsReportedAsEveryOther() throws Exception {
    run("notes");
    Files.delete(folder.resolve("a.txt"));
    Files.delete(folder.resolve("b/boat.txt"));

    RunReport report = run("notes");

    assertThat(report.state()).isEqualTo("failed");
    assertThat(report.reason()).contains("Is a disk missing?");
    assertThat(report.documents()).isEqualTo(2);
    assertThat(report.chunks()).isEqualTo(3);
    await(() -> told.size() == 2);
    assertThat(told.getLast().path("run").asText()).isEqualTo(report.run());
    assertThat(told.getLast().path("state").asText()).isEqualTo("failed");
    assertThat(told.getLast().path("reason").asText()).contains("Is a disk missing?");
    assertThat(contents(NOTES)).hasSize(2);
  }

  @Test
  void aRunThatBeginsWhileAnotherIsEndingCanBeCancelled() throws Exception {
    AtomicReference<String> next = new AtomicReference<>();
    whenTold =
        () -> {
          whenTold = () -> {};
          work.rest(true);
          next.set(begin("notes", "another model"));
        };
    RunReport first = run("notes");
    await(() -> next.get() != null && runs.collection(NOTES).generation() == 1);
    await(() -> progress(next.get()).map(RunView.Progress::documents).orElse(0) == 2);

    runs.cancel(NOTES, next.get());

    assertThat(end(NOTES, next.get()).state()).isEqualTo("cancelled");
    assertThat(first.state()).isEqualTo("succeeded");
  }

  @Test
  void aNewChunkerBuildsANewGenerationFromTheTextsThatWereKept() throws Exception {
    chunker = "1";
    restart();
    run("notes");
    int embedded = work.embedded.size();
    work.chunked.clear();
    chunker = "2";
    restart();
    work.rest(true);

    String run = begin("notes", null);
    await(() -> progress(run).map(RunView.Progress::documents).orElse(0) == 2);
    assertThat(runs.collection(NOTES).generation()).isOne();
    assertThat(contents(NOTES)).hasSize(2);
    work.rest(false);
    RunReport report = end(NOTES, run);

    assertThat(report.state()).isEqualTo("succeeded");
    assertThat(runs.collection(NOTES).generation()).isEqualTo(2);
    assertThat(runs.collection(NOTES).previous()).isOne();
    assertThat(work.chunked).hasSize(2).allSatisfy(task -> assertThat(task.text()).isNotNull());
    assertThat(work.chunked).extracting(ChunkPayload::chunker).containsOnly("2");
    assertThat(work.embedded).as("the chunks are the same").hasSize(embedded);
  }

  @Test
  void whatANodeCutWithAnotherChunkerIsNotTaken() throws Exception {
    work.cutWith("9");

    RunReport report = run("notes");

    assertThat(report.state()).isEqualTo("succeeded-with-failures");
    assertThat(failure(report, "a.txt").error()).isEqualTo("other-chunker");
    assertThat(failure(report, "a.txt").retryable()).isTrue();
    assertThat(failure(report, "a.txt").message())
        .isEqualTo(
            "Expected it to be cut by chunker 2, but the node has 9/200/20; update the older of node and broker, the next run tries again");
    assertThat(contents(NOTES)).isEmpty();
  }

  @Test
  void aMovedFileIsNeverFoundAtBothPlaces() throws Exception {
    run("notes");
    Files.move(folder.resolve("a.txt"), folder.resolve("b/moved.txt"));
    write("c.txt", "Compost is turned in autumn.");
    work.rest(true);

    String run = begin("notes", null);
    await(() -> progress(run).map(RunView.Progress::documents).orElse(0) == 1);
    runs.cancel(NOTES, run); // commits what was done until now
    end(NOTES, run);

    assertThat(contents(NOTES).keySet()).containsExactly("b/boat.txt", "b/moved.txt");
    work.rest(false);
    RunReport next = run("notes");
    assertThat(contents(NOTES).keySet()).containsExactly("b/boat.txt", "b/moved.txt", "c.txt");
    assertThat(next.indexWrites()).isOne();
  }

  @Test
  void anotherCollectionOfTheSameTextsEmbedsNothing() throws Exception {
    run("notes");
    int embedded = work.embedded.size();

    RunReport report = run("others");

    assertThat(report.chunksEmbedded()).isZero();
    assertThat(work.embedded).hasSize(embedded);
    assertThat(contents("others")).isEqualTo(contents("notes"));
  }

  @Test
  void whatCannotBeReadAnyMoreIsFoundAsItWasWithAMark() throws Exception {
    run("notes");
    write("b/boat.txt", "BROKEN boat");

    RunReport report = run("notes");

    assertThat(failure(report, "b/boat.txt").servesOlder()).isTrue();
    IndexedDocument older = document("b/boat.txt").orElseThrow();
    assertThat(older.text()).isEqualTo("The boat lies in the shed.");
    assertThat(older.mark()).isEqualTo("it is torn");
  }

  @Test
  void aTextThatSpoilsItsTaskCostsOnlyItsDocument() throws Exception {
    write("c.txt", "Compost is turned in autumn.\n\nIt is poison for a model.");

    RunReport report = run("notes");

    assertThat(contents(NOTES).keySet()).containsExactly("a.txt", "b/boat.txt");
    assertThat(report.counts()).isEqualTo(Map.of("added", 2, "failed", 1));
    assertThat(failure(report, "c.txt").error()).isEqualTo("buried");
    assertThat(failure(report, "c.txt").message()).isEqualTo("it spoils every node");
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private RunReport run(String name) throws Exception {
    return end(new CollectionName(name), begin(name, null));
  }

  private String begin(String name, @Nullable String model) {
    IndexRequest request = new IndexRequest(folder.toString(), null, model, null, null, null, null);
    return runs.start(new CollectionName(name), request).run();
  }

  private RunReport end(CollectionName name, String run) throws Exception {
    await(() -> isOver(name, run));
    return runs.report(name, run).orElseThrow();
  }

  private boolean isOver(CollectionName name, String run) {
    return !runs.view(name, run).state().equals(RunState.RUNNING);
  }

  private Optional<RunView.Progress> progress(String run) {
    return Optional.ofNullable(runs.view(NOTES, run).progress());
  }

  private static RunReport.Failure failure(RunReport report, String path) {
    return report.files().stream()
        .filter(file -> file.path().equals(path))
        .map(FileOutcome::failure)
        .findFirst()
        .orElseThrow();
  }

  private Optional<IndexedDocument> document(String path) throws IOException {
    return runs.serving(NOTES).index().document(path);
  }

  private Map<String, String> contents(String name) throws IOException {
    return contents(new CollectionName(name));
  }

  /// By path: hash of the content, and each chunk with its vector.
  private Map<String, String> contents(CollectionName name) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    runs.serving(name)
        .index()
        .contents(
            document ->
                contents.put(
                    document.path(),
                    document.contentHash()
                        + document.chunks().stream()
                            .map(chunk -> chunk.text() + Arrays.toString(chunk.vector()))
                            .toList()));
    return contents;
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plusSeconds(30);
    while (!condition.call()) {
      assertThat(Instant.now()).as("it takes too long").isBefore(end);
      Thread.onSpinWait();
    }
  }
}
