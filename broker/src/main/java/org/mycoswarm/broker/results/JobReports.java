package org.mycoswarm.broker.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.ResultTables.Made;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.FileReport;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.Manifest;

/// Says what became of each file of a job that embeds a folder: every file of its manifest is in
/// the report exactly once, and so is every one that was skipped. Thread-safe.
public final class JobReports {
  /// The kind of the jobs that have a report. Their detail names the manifest:
  /// `{"manifest":"<sha256>", ...}`.
  public static final String KIND = "embed-folder";

  private final JobTables jobs;
  private final ResultTables tables;
  private final BlobStore blobs;

  public JobReports(JobTables jobs, ResultTables tables, BlobStore blobs) {
    this.jobs = jobs;
    this.tables = tables;
    this.blobs = blobs;
  }

  /// @return empty when the job is not known
  /// @throws IllegalArgumentException when the job embeds no folder
  /// @throws IOException when its manifest cannot be read
  public Optional<JobReport> report(JobId job) throws IOException {
    JobView view = jobs.job(job).orElse(null);
    if (view == null) {
      return Optional.empty();
    }
    if (!view.kind().equals(KIND)) {
      throw new IllegalArgumentException(
          "Expected a job of kind '%s', but job '%s' is of kind '%s'; only that kind has files to report on"
              .formatted(KIND, job, view.kind()));
    }
    Manifest manifest = manifest(jobs.detail(job).orElseThrow());
    Map<String, FileReport> made = byPath(tables.made(job));
    boolean ended = !view.state().equals("running");
    List<FileReport> files = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Manifest.FileEntry file : manifest.files()) {
      if (seen.add(file.path())) {
        files.add(file(file, made.get(file.path()), ended));
      }
    }
    for (Manifest.SkippedFile file : manifest.skipped()) {
      if (seen.add(file.path())) {
        files.add(new FileReport(file.path(), "skipped", null, 0, 0, null, file.reason()));
      }
    }
    return Optional.of(new JobReport(job.value(), view.state(), counts(files), files));
  }

  private static FileReport file(
      Manifest.FileEntry file, @Nullable FileReport made, boolean ended) {
    if (made != null) {
      return made;
    }
    return ended
        ? new FileReport(
            file.path(), "failed", file.sha256(), 0, 0, null, "the job has no task for it")
        : new FileReport(file.path(), "pending", file.sha256(), 0, 0, null, null);
  }

  private static Map<String, FileReport> byPath(List<Made> tasks) throws IOException {
    Map<String, FileReport> reports = new HashMap<>();
    int from = 0;
    for (int to = 1; to <= tasks.size(); to++) {
      if (to == tasks.size() || tasks.get(to).root() != tasks.get(from).root()) {
        Made chunk = tasks.get(from);
        String payload = chunk.payload();
        if (chunk.kind().equals("chunk") && payload != null) {
          ChunkPayload document = read(payload, ChunkPayload.class);
          reports.put(
              document.path(), FileVerdict.of(document, chunk, tasks.subList(from + 1, to)));
        }
        from = to;
      }
    }
    return reports;
  }

  private static SortedMap<String, Integer> counts(List<FileReport> files) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(file.status(), 1, Integer::sum));
    return counts;
  }

  private Manifest manifest(String detail) throws IOException {
    String sha256 = Json.LENIENT.readTree(detail).path("manifest").asText();
    try (InputStream in = BlobFiles.open(blobs, sha256)) {
      return read(new String(in.readAllBytes(), UTF_8), Manifest.class);
    }
  }

  static <T> T read(String json, Class<T> type) throws IOException {
    try {
      return Json.LENIENT.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Expected a %s as JSON, but %s".formatted(type.getSimpleName(), e.getOriginalMessage()),
          e);
    }
  }
}
