package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.LogEntryView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log as server-sent events. Each stream has a virtual thread, reads at its own pace and holds
/// nothing but its position, so a slow reader costs nobody anything. Thread-safe.
final class EventStreams implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EventStreams.class);
  private static final int ENTRIES_AT_ONCE = 64;

  /// @param after the last entry the reader has seen
  /// @param job only entries of this job, or null for all
  /// @param endsAt where the job ended, when it has
  private record Range(LogPosition after, @Nullable JobId job, @Nullable LogPosition endsAt) {}

  private final QueueGateway queue;
  private final LogKeeping log;
  private final EntryViews views;
  private final InstantSource clock;
  private final Duration heartbeat;
  private final int streamsMax;
  private final Semaphore places;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /// @param heartbeat after which silence is broken by a comment
  EventStreams(
      QueueGateway queue,
      LogKeeping log,
      EntryViews views,
      InstantSource clock,
      Duration heartbeat,
      int streamsMax) {
    this.queue = queue;
    this.log = log;
    this.views = views;
    this.clock = clock;
    this.heartbeat = heartbeat;
    this.streamsMax = streamsMax;
    this.places = new Semaphore(streamsMax);
  }

  /// Everything, from now on or from where the reader was.
  Response everything(@Nullable String lastId, @Nullable String after) {
    LogPosition resumed = resumed(lastId, after);
    LogPosition from = resumed == null ? queue.durable() : resumed;
    log.expectKept(from);
    return answer(new Range(from, null, null));
  }

  /// One job, from its submission on, from what is left of it, or from where the reader was.
  Response ofJob(
      JobId job,
      LogPosition submission,
      @Nullable LogPosition endsAt,
      @Nullable String lastId,
      @Nullable String after) {
    LogPosition resumed = resumed(lastId, after);
    if (resumed != null) {
      log.expectKept(resumed);
    }
    LogPosition from = resumed == null ? beginning(submission) : resumed;
    return answer(new Range(from, job, endsAt));
  }

  private LogPosition beginning(LogPosition submission) {
    LogPosition before = new LogPosition(submission.value() - 1);
    LogPosition start = log.start();
    return start.isAfter(before) ? start : before;
  }

  /// The last entry the reader has seen. A browser that comes back sends the header; its word is
  /// newer than that of the address it was opened with.
  private @Nullable LogPosition resumed(@Nullable String lastId, @Nullable String after) {
    LogPosition position;
    if (lastId != null) {
      position = Inputs.position("Last-Event-ID", lastId);
    } else if (after != null) {
      position = Inputs.position("after", after);
    } else {
      return null;
    }
    LogPosition durable = queue.durable();
    if (position.isAfter(durable)) {
      throw ProblemException.badRequest(
          "Expected to resume after an entry of this log, but it ends at %s and you are at %s; is this another broker? Leave the position out to start anew"
              .formatted(durable, position));
    }
    return position;
  }

  private Response answer(Range range) {
    return Response.ok(open(range), MediaType.SERVER_SENT_EVENTS_TYPE)
        .header("Cache-Control", "no-store")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  /// Writes until the job ends, the reader goes away, or the broker stops.
  private StreamingOutput open(Range range) {
    return out -> {
      if (!places.tryAcquire()) {
        throw new ProblemException(
            ProblemType.OVERLOADED,
            "Expected one of %,d event streams to be free, but all are open; close some, or poll GET /api/v1/log"
                .formatted(streamsMax),
            Map.of("Retry-After", "5"));
      }
      threads.add(Thread.currentThread());
      try {
        follow(range, out);
      } catch (InterruptedException e) {
        LOG.debug("An event stream ends because the broker stops");
      } catch (LogFailure e) {
        LOG.info("An event stream ends; its reader was slower than history was dropped", e);
      } catch (IOException e) {
        LOG.debug("The reader of an event stream went away: {}", e.toString());
      } finally {
        threads.remove(Thread.currentThread());
        places.release();
      }
    };
  }

  /// Ends every stream; readers come back with the last id they saw.
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }

  private void follow(Range range, OutputStream out) throws IOException, InterruptedException {
    write(out, ": mycoSwarm\nretry: 2000\n\n");
    LogPosition at = range.after();
    long written = clock.millis();
    while (!closed) {
      if (range.endsAt() != null && !range.endsAt().isAfter(at)) {
        write(out, "event: end\ndata: {}\n\n");
        return;
      }
      List<LogEntry> entries = queue.entriesAfter(at, heartbeat, ENTRIES_AT_ONCE);
      if (entries.isEmpty() && hasEnded(range)) {
        write(out, "event: end\ndata: {}\n\n");
        return;
      }
      StringBuilder messages = new StringBuilder();
      for (LogEntry entry : entries) {
        at = entry.position();
        message(range, entry).ifPresent(messages::append);
        if (range.job() != null && EntryViews.ends(entry, range.job())) {
          write(out, messages.append("event: end\ndata: {}\n\n").toString());
          return;
        }
      }
      if (!messages.isEmpty()) {
        write(out, messages.toString());
        written = clock.millis();
      } else if (clock.millis() - written >= heartbeat.toMillis()) {
        write(out, ": still here\n\n");
        written = clock.millis();
      }
    }
  }

  /// Where a job ended is known from the tables; while they are behind, only the queue knows.
  private boolean hasEnded(Range range) throws InterruptedException {
    JobId job = range.job();
    return job != null && queue.look(state -> state.job(job).isEmpty());
  }

  private Optional<String> message(Range range, LogEntry entry) {
    Optional<LogEntryView> view =
        range.job() == null
            ? Optional.of(views.show(entry).view())
            : views.show(entry, range.job());
    return view.map(
        shown ->
            "id: %s\nevent: entry\ndata: %s\n\n"
                .formatted(entry.position(), EmbedJobs.text(shown)));
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
