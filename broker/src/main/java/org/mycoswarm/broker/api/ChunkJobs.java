package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.BulkLines.Chunk;
import org.mycoswarm.broker.api.BulkLines.Line;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.JobSpec.IdempotencyKey;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Turns one chunk of a bulk submission into one job. Thread-safe.
final class ChunkJobs {
  /// What each job says of where it came from.
  record Detail(String batch, int chunk, int part, long firstLine) {}

  /// Whoever has more mends these first.
  private static final int FAULTS_MAX = 10;

  private final Submissions submissions;
  private final TaskSpecs specs;
  private final int lineBytesMax;

  ChunkJobs(Submissions submissions, TaskSpecs specs, int lineBytesMax) {
    this.submissions = submissions;
    this.specs = specs;
    this.lineBytesMax = lineBytesMax;
  }

  /// What is wrong for every chunk is said before the first one is read.
  ///
  /// @throws ProblemException `bad-request`
  void requireInOrder(BulkSubmit.Order order) {
    SubmitJob _ =
        submissions.chunk(order.request(), new Detail(order.batch(), 0, 1, 0), List.of(), null);
  }

  /// A chunk is one job, or there are lines at fault in it.
  sealed interface Made {
    record Job(SubmitJob command) implements Made {}

    /// @param faults the first ones, in the order of their lines; never none
    record Faulty(List<Fault> faults) implements Made {}
  }

  record Fault(long line, ProblemException why) {}

  /// @throws ProblemException when its lines are in order, but not together
  Made of(Chunk chunk, BulkSubmit.Order order) {
    Instant now = specs.now();
    List<TaskSpec> tasks = new ArrayList<>(chunk.lines().size());
    List<Fault> faults = new ArrayList<>();
    for (Line line : chunk.lines()) {
      try {
        tasks.add(specs.of(StrictJson.read(bytes(line), TaskSubmission.class), now));
      } catch (ProblemException e) {
        faults.add(fault(line, e));
        if (faults.size() == FAULTS_MAX) {
          break;
        }
      }
    }
    if (!faults.isEmpty()) {
      return new Made.Faulty(faults);
    }
    specs.requireInOrder(tasks);
    Detail detail = new Detail(order.batch(), chunk.number(), chunk.part(), chunk.firstLine());
    return new Made.Job(submissions.chunk(order.request(), detail, tasks, key(chunk, order)));
  }

  private static Fault fault(Line line, ProblemException e) {
    // What the parser calls line 1 is this one.
    String detail = e.detail().replace(" at line 1, column ", " at column ");
    return new Fault(
        line.number(),
        new ProblemException(
            e.type(), "In line %d: %s".formatted(line.number(), detail), e.headers()));
  }

  private byte[] bytes(Line line) {
    byte[] bytes = line.bytes();
    if (bytes == null) {
      throw new ProblemException(
          ProblemType.TOO_LARGE,
          "Expected a line of at most %,d bytes, but it has more; nothing of its chunk was submitted"
              .formatted(lineBytesMax));
    }
    return bytes;
  }

  /// The same bytes under the same key are the same job, also after the broker started again. Cut
  /// into chunks of another size, they are not.
  private @Nullable IdempotencyKey key(Chunk chunk, BulkSubmit.Order order) {
    if (order.key() == null) {
      return null;
    }
    MessageDigest sha = sha256();
    String common = Submissions.fingerprint(order.request()).hex() + "\n" + order.chunkLines();
    sha.update(common.getBytes(UTF_8));
    for (Line line : chunk.lines()) {
      sha.update((byte) '\n');
      sha.update(bytes(line));
    }
    return new IdempotencyKey(
        order.key() + "/" + chunk.id(), new BlobHash(HexFormat.of().formatHex(sha.digest())));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
