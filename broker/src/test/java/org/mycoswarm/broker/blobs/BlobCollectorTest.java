package org.mycoswarm.broker.blobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.projection.BlobTables;
import org.mycoswarm.broker.projection.History;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.FileBlobStore;

final class BlobCollectorTest {
  @TempDir Path folder;
  private final History history = new History();
  private final AtomicReference<LogPosition> durable = new AtomicReference<>(LogPosition.START);
  private final Set<BlobHash> named = new HashSet<>();
  private FileBlobStore blobs;
  private Tables tables;
  private BlobCollector collector;

  @BeforeEach
  void open() throws IOException {
    blobs = FileBlobStore.open(folder.resolve("blobs"), history::now);
    tables = Tables.open(folder.resolve("db"), LogPosition.START, Duration.ofSeconds(20));
    collector =
        new BlobCollector(
            blobs,
            tables,
            () -> named::contains,
            durable::get,
            history::now,
            Duration.ofHours(1),
            Duration.ofDays(30));
  }

  @AfterEach
  void close() {
    collector.close();
    tables.close();
  }

  @Test
  void onlyBlobsThatNoJobRefersToAreDeletedAndOnlyWhenTheyAreOldEnough() throws Exception {
    BlobHash ofTheJob = put("manifest");
    BlobHash ofATask = put("document");
    BlobHash ofAResult = put("chunks");
    BlobHash ofATaskAdded = put("more");
    BlobHash ofNobody = put("forgotten");
    history
        .node("pi", "chunk")
        .submit(
            "job",
            new JobSpec("job", "embed-folder", "{}", List.of(ofTheJob), null),
            List.of(History.task("chunk", "a.txt", "{}", ofATask)))
        .lease("pi", 1)
        .complete(
            "job.0.1",
            "{}",
            List.of(ofAResult),
            Map.of(),
            History.task("embed", "a.txt 0", "{}", ofATaskAdded))
        .cancel("job");
    follow();

    int young = collector.collect().orElseThrow();
    history.after(Duration.ofHours(2));
    BlobHash justNow = put("just now");
    int old = collector.collect().orElseThrow();

    assertThat(young).isZero();
    assertThat(old).isEqualTo(1);
    assertThat(blobs.size(ofNobody)).isEmpty();
    assertThat(List.of(ofTheJob, ofATask, ofAResult, ofATaskAdded, justNow))
        .allSatisfy(blob -> assertThat(blobs.size(blob)).isPresent());
  }

  @Test
  void aBlobStaysAsLongAsARecordNamesIt() throws Exception {
    BlobHash report = put("report");
    named.add(report);
    follow();
    history.after(Duration.ofHours(2));

    assertThat(collector.collect()).hasValue(0);
    named.clear();
    assertThat(collector.collect()).hasValue(1);
  }

  @Test
  void nothingIsDeletedWhileTheTablesAreBehindTheLog() throws Exception {
    BlobHash referredTo = put("document");
    history.after(Duration.ofHours(2)).submit("job", History.task("chunk", "a", "{}", referredTo));
    durable.set(history.position());

    assertThat(collector.collect()).isEmpty();
    assertThat(blobs.size(referredTo)).isPresent();
  }

  @Test
  void tablesThatAreBehindAreNotAsked() {
    assertThatThrownBy(
            () ->
                new BlobTables(tables)
                    .isReferredTo(new BlobHash("0".repeat(64)), new LogPosition(3)))
        .hasMessage(
            "Expected tables that have seen entry 3, but they have seen 0; no blob is collected now");
  }

  private void follow() throws InterruptedException {
    durable.set(history.position());
    try (ProjectionRunner runner = new ProjectionRunner(tables, history)) {
      runner.start();
      assertThat(runner.awaitPosition(history.position(), Duration.ofSeconds(60))).isTrue();
    }
  }

  private BlobHash put(String text) throws IOException {
    return blobs.put(new ByteArrayInputStream(text.getBytes(UTF_8)), 1_000).hash();
  }
}
