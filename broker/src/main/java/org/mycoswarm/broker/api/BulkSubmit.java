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
///
/// With a key the chunks are given to the queue one after the other, because what became of one
/// decides about the next ([BulkCourse]): what might be in the queue already is not submitted.
final class BulkSubmit {
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
  private final HttpLimits http;
  private final Semaphore bytes;

  /// @param patience how long a chunk waits
  /// @param http its `jsonBytesMax` holds for a chunk, and for a line
  BulkSubmit(
      SubmitCall submit, ChunkJobs jobs, InstantSource clock, Duration patience, HttpLimits http) {
    this.submit = submit;
    this.jobs = jobs;
    this.clock = clock;
    this.patience = patience;
    this.http = http;
    this.bytes = new Semaphore(Math.max(BYTES_IN_FLIGHT, http.jsonBytesMax()), true);
  }

  /// Reads the body to its end and answers for each chunk.
  ///
  /// @throws ProblemException `bad-request` when the order is not in order; nothing was read or
  ///     submitted
  /// @throws IOException when the body breaks off; chunks that were whole by then are submitted
  BulkOutcome answer(InputStream body, Order order) throws IOException, InterruptedException {
    jobs.requireInOrder(order);
    BulkLines lines = new BulkLines(body, bounds(order));
    List<Future<BulkOutcome.Settled>> answers = new ArrayList<>();
    Semaphore places = new Semaphore(CHUNKS_IN_FLIGHT);
    BulkCourse course = new BulkCourse();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Chunk chunk = lines.next(); chunk != null; chunk = lines.next()) {
        Chunk whole = chunk;
        boolean free = order.key() == null || answers.isEmpty();
        Future<BulkOutcome.Settled> before = free ? null : answers.getLast();
        places.acquire();
        bytes.acquire(whole.bytes());
        answers.add(
            threads.submit(
                () -> {
                  try {
                    return settled(whole, order, course, before);
                  } finally {
                    bytes.release(whole.bytes());
                    places.release();
                  }
                }));
      }
    }
    return outcome(order, answers, lines.beyond());
  }

  private BulkLines.Bounds bounds(Order order) {
    return new BulkLines.Bounds(
        order.chunkLines(), http.jsonBytesMax(), http.bulkLinesMax(), http.bulkChunksMax());
  }

  private BulkOutcome outcome(
      Order order, List<Future<BulkOutcome.Settled>> answers, @Nullable Beyond beyond)
      throws InterruptedException {
    List<BulkOutcome.Settled> chunks = new ArrayList<>(answers.size() + 1);
    for (Future<BulkOutcome.Settled> answer : answers) {
      chunks.add(answered(answer));
    }
    if (beyond != null) {
      chunks.add(BulkOutcome.beyond(beyond, http));
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

  /// @param before the chunk that must be settled first, if any
  private BulkOutcome.Settled settled(
      Chunk chunk, Order order, BulkCourse course, @Nullable Future<BulkOutcome.Settled> before) {
    try {
      return switch (made(chunk, order, before)) {
        case ChunkJobs.Made.Job(SubmitJob command) -> {
          course.requireThatItMayFollow(chunk, before == null ? null : answered(before));
          yield submitted(chunk, command, order, course);
        }
        case ChunkJobs.Made.Faulty(List<ChunkJobs.Fault> faults) ->
            BulkOutcome.faulty(chunk, course.named(faults));
      };
    } catch (InterruptedException | RuntimeException e) {
      return BulkOutcome.refused(chunk, Failures.problem(e, "POST", BulkResource.PATH));
    }
  }

  /// Lines are checked while the chunk before is on its way; none is settled before it is.
  private ChunkJobs.Made made(
      Chunk chunk, Order order, @Nullable Future<BulkOutcome.Settled> before)
      throws InterruptedException {
    try {
      return jobs.of(chunk, order);
    } finally {
      if (before != null) {
        answered(before);
      }
    }
  }

  private BulkOutcome.Settled submitted(
      Chunk chunk, SubmitJob command, Order order, BulkCourse course) throws InterruptedException {
    return switch (give(command, course)) {
      case Answer.Accepted _ -> BulkOutcome.taken(chunk, command.job(), false, order);
      case Answer.Repeated(JobId job, var _) -> BulkOutcome.taken(chunk, job, true, order);
      case Answer.Rejected(Rejection why) -> {
        if (why instanceof Rejection.KeyReused) {
          course.end(chunk);
        }
        throw Problems.of(why);
      }
    };
  }

  private Answer give(SubmitJob command, BulkCourse course) throws InterruptedException {
    Instant until = clock.instant().plus(patience);
    while (true) {
      try {
        Answer answer = submit.give(command);
        course.patient(true);
        return answer;
      } catch (MailboxFull e) {
        refuseAfter(until, course, e);
      } catch (ProblemException e) {
        if (e.type() != ProblemType.OVERLOADED) {
          throw e;
        }
        refuseAfter(until, course, e);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private void refuseAfter(Instant until, BulkCourse course, RuntimeException why) {
    if (!course.isPatient() || !clock.instant().isBefore(until)) {
      course.patient(false);
      throw why;
    }
  }
}
