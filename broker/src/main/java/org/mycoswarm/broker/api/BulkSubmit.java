package org.mycoswarm.broker.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.BulkLines.Beyond;
import org.mycoswarm.broker.api.BulkLines.Chunk;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.MailboxFull;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Submits any number of tasks in one request: each chunk of lines becomes one job, or nothing of
/// it does. A few chunks are on their way to the log while the next ones are read, and nothing else
/// of the body is in memory. Thread-safe.
///
/// A body comes faster than the queue and the tables follow, so a chunk waits for them, and the
/// body is not read on meanwhile: the sender is slowed down instead of sent away. A chunk that
/// waited in vain is refused, and those after it are asked once each until one is taken again: a
/// request ends in time even when nothing is taken any more.
final class BulkSubmit {
  private static final String CAUSE = "job.bulk";

  /// How long a chunk waits for the queue, or for the tables, to have caught up.
  static final Duration PATIENCE = Duration.ofSeconds(40);

  /// Of one request. Reading, checking and syncing overlap; more would only cost memory.
  private static final int CHUNKS_IN_FLIGHT = 4;

  /// Of all requests together.
  private static final int BYTES_IN_FLIGHT = 32 << 20;

  private static final long PAUSE_MILLIS = 200;

  /// @param request what all jobs have in common; its name gets the chunk's number
  /// @param key of the whole body; chunk 3 has the key `KEY/3`
  /// @param batch what the jobs are found by
  /// @param items whether each line's task is asked for
  record Order(
      SubmitRequest request, @Nullable String key, String batch, int chunkLines, boolean items) {}

  private final SubmitCall submit;
  private final ChunkJobs jobs;
  private final InstantSource clock;
  private final Duration patience;
  private final int bytesMax;
  private final long linesMax;
  private final Semaphore bytes;

  /// @param patience how long a chunk waits
  /// @param http its `jsonBytesMax` holds for a chunk, and for a line
  BulkSubmit(
      SubmitCall submit, ChunkJobs jobs, InstantSource clock, Duration patience, HttpLimits http) {
    this.submit = submit;
    this.jobs = jobs;
    this.clock = clock;
    this.patience = patience;
    this.bytesMax = http.jsonBytesMax();
    this.linesMax = http.bulkLinesMax();
    this.bytes = new Semaphore(Math.max(BYTES_IN_FLIGHT, bytesMax), true);
  }

  /// Reads the body to its end and answers for each chunk.
  ///
  /// @throws ProblemException `bad-request` when the order is not in order; nothing was read or
  ///     submitted
  /// @throws IOException when the body breaks off; chunks that were whole by then are submitted
  BulkOutcome answer(InputStream body, Order order) throws IOException, InterruptedException {
    jobs.requireInOrder(order);
    BulkLines lines =
        new BulkLines(body, new BulkLines.Bounds(order.chunkLines(), bytesMax, linesMax));
    List<Future<BulkOutcome.Settled>> answers = new ArrayList<>();
    Semaphore places = new Semaphore(CHUNKS_IN_FLIGHT);
    AtomicBoolean patient = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Chunk chunk = lines.next(); chunk != null; chunk = lines.next()) {
        Chunk whole = chunk;
        places.acquire();
        bytes.acquire(whole.bytes());
        answers.add(
            threads.submit(
                () -> {
                  try {
                    return settled(whole, order, patient);
                  } finally {
                    bytes.release(whole.bytes());
                    places.release();
                  }
                }));
      }
    }
    return outcome(order, answers, lines.beyond());
  }

  private BulkOutcome outcome(
      Order order, List<Future<BulkOutcome.Settled>> answers, @Nullable Beyond beyond)
      throws InterruptedException {
    List<BulkOutcome.Settled> chunks = new ArrayList<>(answers.size() + 1);
    for (Future<BulkOutcome.Settled> answer : answers) {
      chunks.add(answered(answer));
    }
    if (beyond != null) {
      chunks.add(BulkOutcome.beyond(beyond, linesMax));
    }
    return new BulkOutcome(order.batch(), chunks);
  }

  private static BulkOutcome.Settled answered(Future<BulkOutcome.Settled> answer)
      throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Expected a chunk to be answered for whatever happens", e);
    }
  }

  private BulkOutcome.Settled settled(Chunk chunk, Order order, AtomicBoolean patient) {
    try {
      return switch (jobs.of(chunk, order)) {
        case ChunkJobs.Made.Job(SubmitJob command) ->
            switch (give(command, patient)) {
              case Answer.Accepted _ -> BulkOutcome.taken(chunk, command.job(), false, order);
              case Answer.Repeated(JobId job, var _) -> BulkOutcome.taken(chunk, job, true, order);
              case Answer.Rejected(Rejection why) -> throw Problems.of(why);
            };
        case ChunkJobs.Made.Faulty faulty -> BulkOutcome.faulty(chunk, faulty);
      };
    } catch (InterruptedException | RuntimeException e) {
      return BulkOutcome.refused(chunk, Failures.problem(e, "POST", BulkResource.PATH));
    }
  }

  private Answer give(SubmitJob command, AtomicBoolean patient) throws InterruptedException {
    Instant until = clock.instant().plus(patience);
    while (true) {
      try {
        Answer answer = submit.give(CAUSE, command);
        patient.set(true);
        return answer;
      } catch (MailboxFull e) {
        refuseAfter(until, patient, e);
      } catch (ProblemException e) {
        if (e.type() != ProblemType.OVERLOADED) {
          throw e;
        }
        refuseAfter(until, patient, e);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private void refuseAfter(Instant until, AtomicBoolean patient, RuntimeException why) {
    if (!patient.get() || !clock.instant().isBefore(until)) {
      patient.set(false);
      throw why;
    }
  }
}
