package org.mycoswarm.broker.results;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.projection.History;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkDetail;
import org.mycoswarm.schema.wire.ChunkLine;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.FileReport;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.ResultLine;

final class JobResultsTest {
  private static final JobId JOB = new JobId("job");
  private static final String MODEL = "sha256:aa";

  @TempDir Path folder;
  private final History history = new History();
  private FileBlobStore blobs;
  private Tables tables;
  private JobResults results;
  private JobReports reports;

  @BeforeEach
  void open() throws IOException {
    blobs = FileBlobStore.open(folder.resolve("blobs"), history::now);
    tables = Tables.open(folder.resolve("db"), LogPosition.START, Duration.ofSeconds(20));
    ResultTables rows = new ResultTables(tables);
    results = new JobResults(rows, blobs);
    reports = new JobReports(new JobTables(tables, history::now), rows, blobs);
    history.node("pi", "chunk", "embed");
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void linesComeByDocumentAndThenByChunkHoweverTheTasksEnded() throws Exception {
    submitFolder("a.txt", "b.txt");
    history.lease("pi", 2);
    chunked(1, "b.txt", "b0", "b1", "b2");
    chunked(0, "a.txt", "a0", "a1", "a2", "a3");
    history.lease("pi", 9);
    embedded(2, 0, 2); // b0 b1
    embedded(5, 4, 2); // a2 a3
    embedded(3, 2, 1); // b2
    embedded(4, 6, 2); // a0 a1
    follow();

    List<ResultLine> lines = lines();

    assertThat(lines)
        .extracting(ResultLine::text)
        .containsExactly("a0", "a1", "a2", "a3", "b0", "b1", "b2");
    ResultLine last = lines.getLast();
    assertThat(last.document()).isEqualTo("b.txt");
    assertThat(last.sha256()).isEqualTo(document("b.txt").hex());
    assertThat(last.ordinal()).isEqualTo(2);
    assertThat(last.start()).isEqualTo(20);
    assertThat(last.end()).isEqualTo(22);
    assertThat(last.model()).isEqualTo(MODEL);
    assertThat(last.vector()).containsExactly(3f, 0.25f, -1f);
    assertThat(write(JobResults.Format.JSONL)).isEqualTo(write(JobResults.Format.JSONL));
  }

  @Test
  void theMatrixHasARowForEachLineOfTheIndex() throws Exception {
    submitFolder("a.txt");
    history.lease("pi", 1);
    chunked(0, "a.txt", "a0", "a1", "a2");
    history.lease("pi", 9);
    embedded(1, 0, 2);
    embedded(2, 2, 1);
    follow();

    byte[] npy = write(JobResults.Format.NPY);
    List<String> index = new String(write(JobResults.Format.INDEX), UTF_8).lines().toList();

    try (NpyReader reader = new NpyReader(new ByteArrayInputStream(npy), "all")) {
      assertThat(reader.rows()).isEqualTo(3).isEqualTo(index.size());
      assertThat(reader.dimension()).isEqualTo(3);
      assertThat(reader.row()).containsExactly(1f, 0.25f, -1f);
      assertThat(reader.row()).containsExactly(2f, 0.25f, -1f);
      assertThat(reader.row()).containsExactly(3f, 0.25f, -1f);
    }
    assertThat((npy.length - 3 * 3 * 4) % 64).isZero();
    assertThat(index.getFirst())
        .isEqualTo(
            "{\"document\":\"a.txt\",\"sha256\":\"%s\",\"ordinal\":0,\"start\":0,\"end\":2,\"text\":\"a0\",\"model\":\"sha256:aa\"}"
                .formatted(document("a.txt")));
  }

  @Test
  void onlyWhatIsCompleteIsWrittenWhileTheJobRuns() throws Exception {
    submitFolder("a.txt", "b.txt");
    history.lease("pi", 2);
    chunked(0, "a.txt", "a0", "a1", "a2");
    history.lease("pi", 9);
    LogPosition before = history.position();
    embedded(3, 0, 1);
    follow();

    assertThat(lines()).extracting(ResultLine::text).containsExactly("a2");
    assertThat(write(JobResults.Format.JSONL, before)).as("before it ended").isEmpty();
    assertThat(write(JobResults.Format.JSONL, history.position()))
        .isEqualTo(write(JobResults.Format.JSONL));
    try (NpyReader reader =
        new NpyReader(new ByteArrayInputStream(write(JobResults.Format.NPY)), "all")) {
      assertThat(reader.rows()).isEqualTo(1);
    }
  }

  @Test
  void aJobWithoutVectorsGivesNoLinesAndAnEmptyMatrix() throws Exception {
    submitFolder();
    follow();

    assertThat(write(JobResults.Format.JSONL)).isEmpty();
    try (NpyReader reader =
        new NpyReader(new ByteArrayInputStream(write(JobResults.Format.NPY)), "all")) {
      assertThat(reader.rows()).isZero();
    }
  }

  @Test
  void textsOfATaskAreNamedByTheTask() throws Exception {
    String payload =
        json(EmbedPayload.ofTexts(MODEL, EmbedPayload.PASSAGE, List.of("first", "sécond")));
    history.submit("job", History.task("embed", "two texts", payload)).lease("pi", 1);
    embedded(0, 0, 2);
    follow();

    List<ResultLine> lines = lines();

    assertThat(lines).extracting(ResultLine::text).containsExactly("first", "sécond");
    assertThat(lines).extracting(ResultLine::document).containsOnly("two texts");
    assertThat(lines.getLast().end()).isEqualTo(6);
  }

  @Test
  void moreDocumentsThanFitOnOnePageComeAllAndOnce() throws Exception {
    String[] paths = new String[60];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = "%02d.txt".formatted(i);
    }
    submitFolder(paths);
    history.lease("pi", 100);
    for (int i = 0; i < paths.length; i++) {
      chunked(i, paths[i], "x" + i, "y" + i, "z" + i);
    }
    history.lease("pi", 200);
    for (int i = 0; i < paths.length; i++) {
      embedded(60 + 2 * i, 0, 2);
      embedded(61 + 2 * i, 0, 1);
    }
    follow();

    List<String> texts = lines().stream().map(ResultLine::text).toList();

    assertThat(texts).hasSize(180).doesNotHaveDuplicates();
    assertThat(texts.subList(0, 4)).containsExactly("x0", "y0", "z0", "x1");
    assertThat(texts.getLast()).isEqualTo("z59");
  }

  @Test
  void vectorsThatAreNotWhatTheTaskSaidAreNamed() throws Exception {
    submitFolder("a.txt");
    history.lease("pi", 1);
    chunked(0, "a.txt", "a0");
    history.lease("pi", 9);
    BlobHash vectors = vectors(0, 2);
    history.complete(
        "job.1.1", json(new EmbedDetail(vectors.hex(), 1, 3, "cpu")), List.of(vectors), Map.of());
    follow();

    assertThatThrownBy(() -> write(JobResults.Format.JSONL))
        .hasMessage(
            "Expected 1 x 3 numbers in vectors blob '%s', as its task said, but it has 2 x 3"
                .formatted(vectors));
  }

  @Test
  void aBlobThatIsGoneIsNamed() throws Exception {
    submitFolder("a.txt");
    history.lease("pi", 1);
    chunked(0, "a.txt", "a0");
    history.lease("pi", 9);
    String gone = "0".repeat(64);
    history.complete("job.1.1", json(new EmbedDetail(gone, 1, 3, "cpu")), List.of(), Map.of());
    follow();

    assertThatThrownBy(() -> write(JobResults.Format.NPY))
        .hasMessage("Expected blob '%s' in the store, but it is not there".formatted(gone));
  }

  @Test
  void everyFileOfTheManifestIsInTheReportExactlyOnce() throws Exception {
    submitFolder("done", "half", "empty", "binary", "huge", "broken", "lost", "later");
    history.lease("pi", 7);
    chunked(0, "done", "d0");
    chunked(1, "half", "h0", "h1", "h2");
    ended(2, "empty", null);
    ended(3, "unsupported", "it is no text");
    ended(4, "too-large", "it has 20 MB");
    history.fail("job.5.1", "the parser gave up", false);
    chunked(6, "lost", "l0");
    history.lease("pi", 5);
    embedded(8, 0, 1);
    embedded(9, 0, 2);
    history.fail("job.11.1", "out of memory", false);
    follow();

    JobReport running = reports.report(JOB).orElseThrow();
    history.cancel("job");
    follow();
    JobReport cancelled = reports.report(JOB).orElseThrow();

    assertThat(running.files())
        .extracting(FileReport::path, FileReport::status, FileReport::reason)
        .containsExactly(
            tuple("done", "embedded", null),
            tuple("half", "pending", null),
            tuple("empty", "empty", null),
            tuple("binary", "unsupported", "it is no text"),
            tuple("huge", "too-large", "it has 20 MB"),
            tuple("broken", "failed", "the parser gave up"),
            tuple("lost", "failed", "out of memory"),
            tuple("later", "pending", null),
            tuple("link", "skipped", "it is a link"));
    assertThat(running.files().get(1).chunks()).isEqualTo(3);
    assertThat(running.files().get(1).vectors()).isEqualTo(2);
    assertThat(running.counts())
        .isEqualTo(
            Map.of(
                "embedded",
                1,
                "pending",
                2,
                "empty",
                1,
                "unsupported",
                1,
                "too-large",
                1,
                "failed",
                2,
                "skipped",
                1));
    assertThat(cancelled.state()).isEqualTo("cancelled");
    assertThat(cancelled.files())
        .extracting(FileReport::status)
        .containsExactly(
            "embedded",
            "cancelled",
            "empty",
            "unsupported",
            "too-large",
            "failed",
            "failed",
            "cancelled",
            "skipped");
  }

  @Test
  void aJobOfAnotherKindHasNoReport() throws Exception {
    history.submit("job", History.task("chunk", "a"));
    follow();

    assertThatThrownBy(() -> reports.report(JOB))
        .hasMessage(
            "Expected a job of kind 'embed-folder', but job 'job' is of kind 'tasks'; only that kind has files to report on");
    assertThat(reports.report(new JobId("none"))).isEmpty();
  }

  private void submitFolder(String... paths) throws IOException {
    List<Manifest.FileEntry> files = new ArrayList<>();
    List<TaskSpec> tasks = new ArrayList<>();
    for (String path : paths) {
      BlobHash document = document(path);
      files.add(new Manifest.FileEntry(path, document.hex(), path.length()));
      tasks.add(
          History.task(
              "chunk",
              path,
              json(new ChunkPayload(path, document.hex(), MODEL, 200, 20, null, null, null)),
              document));
    }
    BlobHash manifest =
        put(json(new Manifest(files, List.of(new Manifest.SkippedFile("link", "it is a link")))));
    String detail = "{\"manifest\":\"%s\",\"model\":\"%s\"}".formatted(manifest, MODEL);
    history.submit(
        "job", new JobSpec("job", "embed-folder", detail, List.of(manifest), null), tasks);
  }

  /// The chunk task cut its document into these texts, and asks for a task for every two of them.
  private void chunked(int number, String path, String... texts) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < texts.length; i++) {
      lines
          .append(json(new ChunkLine(i, 10 * i, 10 * i + 2, 1, texts[i], null, null, null)))
          .append('\n');
    }
    BlobHash chunks = put(lines.toString());
    List<TaskSpec> next = new ArrayList<>();
    for (int from = 0; from < texts.length; from += 2) {
      int to = Math.min(from + 2, texts.length);
      next.add(
          History.task(
              "embed",
              path + " " + from,
              json(EmbedPayload.ofLines(MODEL, chunks.hex(), from, to)),
              chunks));
    }
    history.complete(
        "job." + number + ".1",
        json(
            new ChunkDetail(
                "chunked",
                texts.length,
                chunks.hex(),
                "text/plain",
                null,
                null,
                "v1",
                null,
                null,
                null,
                null,
                null)),
        List.of(chunks),
        Map.of("chunks", (long) texts.length),
        next.toArray(TaskSpec[]::new));
  }

  private void ended(int number, String status, @Nullable String reason) throws IOException {
    history.complete(
        "job." + number + ".1",
        json(
            new ChunkDetail(
                status, 0, null, null, null, reason, null, null, null, null, null, null)),
        List.of(),
        Map.of());
  }

  private void embedded(int number, int first, int rows) throws IOException {
    BlobHash vectors = vectors(first, rows);
    history.complete(
        "job." + number + ".1",
        json(new EmbedDetail(vectors.hex(), rows, 3, "cpu")),
        List.of(vectors),
        Map.of("vectors", (long) rows));
  }

  private BlobHash vectors(int first, int rows) throws IOException {
    ByteArrayOutputStream npy = new ByteArrayOutputStream();
    NpyWriter.header(npy, rows, 3);
    for (int i = 1; i <= rows; i++) {
      NpyWriter.row(npy, new float[] {first + i, 0.25f, -1f});
    }
    return blobs.put(new ByteArrayInputStream(npy.toByteArray()), 10_000).hash();
  }

  private List<ResultLine> lines() throws IOException {
    List<ResultLine> lines = new ArrayList<>();
    for (String line : new String(write(JobResults.Format.JSONL), UTF_8).lines().toList()) {
      lines.add(Json.STRICT.readValue(line, ResultLine.class));
    }
    return lines;
  }

  private byte[] write(JobResults.Format format) throws IOException {
    return write(format, null);
  }

  private byte[] write(JobResults.Format format, @Nullable LogPosition asOf) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    results.write(JOB, format, asOf, out);
    return out.toByteArray();
  }

  private BlobHash document(String path) throws IOException {
    return put("text of " + path);
  }

  private BlobHash put(String text) throws IOException {
    try (InputStream in = new ByteArrayInputStream(text.getBytes(UTF_8))) {
      return blobs.put(in, 100_000).hash();
    }
  }

  private void follow() throws InterruptedException {
    try (ProjectionRunner runner = new ProjectionRunner(tables, history)) {
      runner.start();
      assertThat(runner.awaitPosition(history.position(), Duration.ofSeconds(60))).isTrue();
    }
  }

  private static String json(Object value) throws IOException {
    return Json.LENIENT.writeValueAsString(value);
  }
}
