package org.mycoswarm.broker.api;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.BulkLines.Beyond;
import org.mycoswarm.broker.api.BulkLines.Chunk;
import org.mycoswarm.broker.api.BulkLines.Line;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.schema.wire.BulkChunk;
import org.mycoswarm.schema.wire.BulkItem;
import org.mycoswarm.schema.wire.BulkSummary;

/// What became of a bulk submission, chunk by chunk: the answer, which is made line by line while
/// it is sent.
record BulkOutcome(String batch, List<Settled> chunks) {
  /// @param lines their numbers in the body, when each line's task was asked for and there are
  ///     some: eight bytes for each line are all that is kept of it
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Settled(BulkChunk view, long[] lines) {
    private static final long[] NONE = {};

    private BulkChunk whole() {
      if (lines.length == 0 || view.job() == null) {
        return view;
      }
      JobId job = new JobId(view.job());
      List<BulkItem> items = new ArrayList<>(lines.length);
      for (int i = 0; i < lines.length; i++) {
        items.add(new BulkItem(lines[i], new TaskId(job, i).toString(), null));
      }
      return new BulkChunk(
          view.chunk(), view.firstLine(), view.lines(), view.job(), view.repeated(), null, items);
    }
  }

  static Settled taken(Chunk chunk, JobId job, boolean repeated, BulkSubmit.Order order) {
    long[] lines =
        order.items() ? chunk.lines().stream().mapToLong(Line::number).toArray() : Settled.NONE;
    return new Settled(
        new BulkChunk(
            chunk.number(),
            chunk.firstLine(),
            chunk.lines().size(),
            job.value(),
            repeated,
            null,
            null),
        lines);
  }

  static Settled refused(Chunk chunk, ProblemException why) {
    return refused(chunk, why, null);
  }

  /// @param faults those that are named; never none
  static Settled faulty(Chunk chunk, List<ChunkJobs.Fault> faults) {
    List<BulkItem> items =
        faults.stream()
            .map(fault -> new BulkItem(fault.line(), null, Problems.view(fault.why())))
            .toList();
    return refused(chunk, faults.getFirst().why(), items);
  }

  private static Settled refused(
      Chunk chunk, ProblemException why, @Nullable List<BulkItem> items) {
    return new Settled(
        new BulkChunk(
            chunk.number(),
            chunk.firstLine(),
            chunk.lines().size(),
            null,
            null,
            Problems.view(why),
            items),
        Settled.NONE);
  }

  static Settled beyond(Beyond more, HttpLimits http) {
    String words =
        more.firstLine() > http.bulkLinesMax()
            ? "Expected at most %,d lines in one request, but from line %,d on there are %,d more tasks; these were not submitted. Send them in another request, under another key"
                .formatted(http.bulkLinesMax(), more.firstLine(), more.lines())
            : "Expected at most %,d chunks in one request, but from line %,d on there are %,d more tasks; these were not submitted. Send them in another request, under another key and with a larger chunkLines"
                .formatted(http.bulkChunksMax(), more.firstLine(), more.lines());
    ProblemException why = new ProblemException(ProblemType.TOO_LARGE, words);
    return new Settled(
        new BulkChunk(
            more.chunk(), more.firstLine(), more.lines(), null, null, Problems.view(why), null),
        Settled.NONE);
  }

  /// A line for each chunk, the summary last.
  void write(OutputStream to) throws IOException {
    OutputStream out = new BufferedOutputStream(to, 1 << 14);
    for (Settled chunk : chunks) {
      line(chunk.whole(), out);
    }
    line(summary(), out);
    out.flush();
  }

  private BulkSummary summary() {
    long lines = 0;
    long tasks = 0;
    int repeated = 0;
    int refused = 0;
    for (Settled settled : chunks) {
      BulkChunk chunk = settled.view();
      lines += chunk.lines();
      tasks += chunk.job() == null ? 0 : chunk.lines();
      repeated += Boolean.TRUE.equals(chunk.repeated()) ? 1 : 0;
      refused += chunk.problem() == null ? 0 : 1;
    }
    return new BulkSummary(batch, chunks.size(), lines, tasks, repeated, refused);
  }

  private static void line(Object view, OutputStream out) throws IOException {
    out.write(JsonBodies.bytes(view));
    out.write('\n');
  }
}
