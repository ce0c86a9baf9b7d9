package org.mycoswarm.broker.api;

import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.history.Pasts;
import org.mycoswarm.broker.history.Pasts.Moment;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.broker.projection.PastTables.TooMuch;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.broker.projection.TaskTables;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.LogPosition;

/// What people see of the queue: now, or as it was at a position or a time (`asOf`). Thread-safe.
final class Views {
  /// The query parameter that asks for another moment than now.
  static final String AS_OF = "asOf";

  /// What can be asked about one moment.
  ///
  /// @param state the queue's own state
  /// @param records what parts of the broker keep in the log
  /// @param position the last entry that counts; null for now
  /// @param clock stands still in the past
  record View(
      Lookups lookups,
      JobReports reports,
      Look state,
      Records records,
      InstantSource clock,
      @Nullable LogPosition position) {
    boolean live() {
      return position == null;
    }
  }

  /// Looks at the state of the queue; the question must be quick and must not keep it.
  interface Look {
    <T> T look(Function<QueueState, T> question) throws InterruptedException;
  }

  @FunctionalInterface
  interface Question<E extends Exception> {
    /// @return an entity, or a response to which headers are added
    Object answer(View view) throws E, InterruptedException;
  }

  private final QueueGateway queue;
  private final View now;
  private final Pasts pasts;
  private final BlobStore blobs;
  private final NodeTables.ModelNames models;

  Views(QueueGateway queue, View now, Pasts pasts, BlobStore blobs, NodeTables.ModelNames models) {
    this.queue = queue;
    this.now = now;
    this.pasts = pasts;
    this.blobs = blobs;
    this.models = models;
  }

  /// Answers with what the question finds; of the past with the header `As-Of`, the position that
  /// was taken.
  ///
  /// @param asOf a position or a time in ISO-8601; null for now
  /// @throws ProblemException `bad-request` for one that cannot be, `history-dropped`,
  ///     `unprocessable` when the log up to then is too long, `overloaded` while another moment is
  ///     being built
  <E extends Exception> Response answer(@Nullable String asOf, Question<E> question)
      throws E, InterruptedException {
    if (asOf == null) {
      return answered(question.answer(now)).build();
    }
    Moment moment = moment(asOf);
    expectKept(moment.position());
    try (Pasts.Past past = pasts.at(moment)) {
      return answered(question.answer(of(past, moment)))
          .header("As-Of", moment.position().value())
          .build();
    } catch (Pasts.Busy e) {
      throw new ProblemException(
          ProblemType.OVERLOADED,
          "Expected no other moment of the past to be looked up now, but one is; nothing was done, try again in a second",
          Map.of("Retry-After", "1"));
    } catch (TooMuch e) {
      throw new ProblemException(
          ProblemType.UNPROCESSABLE,
          "Expected at most %,d entries and tasks up to entry %s, but that many are reached with entry %s; ask about a moment up to there, or stop the broker and use `mycoswarm replay --to %s`"
              .formatted(
                  pasts.bounds().changesMax(), moment.position(), e.reached(), moment.position()));
    }
  }

  private static Response.ResponseBuilder answered(Object found) {
    return found instanceof Response.ResponseBuilder response ? response : Response.ok(found);
  }

  private View of(Pasts.Past past, Moment moment) {
    InstantSource then = InstantSource.fixed(moment.time());
    Tables tables = past.tables();
    JobTables jobs = new JobTables(tables, then);
    Lookups lookups =
        new Lookups(
            () -> true,
            jobs,
            new TaskTables(tables, then),
            new NodeTables(tables, then, null, Duration.ZERO, models));
    return new View(
        lookups,
        new JobReports(jobs, new ResultTables(tables), blobs),
        past::look,
        past.look(state -> Records.asTheyWere(state.allRecords())),
        then,
        moment.position());
  }

  private Moment moment(String asOf) throws InterruptedException {
    if (!asOf.isEmpty() && asOf.chars().allMatch(c -> c >= '0' && c <= '9')) {
      LogPosition position = Inputs.position(AS_OF, asOf);
      LogPosition durable = queue.durable();
      if (position.isAfter(durable)) {
        throw ProblemException.badRequest(
            "Expected %s to be a position up to %s, where the log ends, but it is %s"
                .formatted(AS_OF, durable, position));
      }
      return new Moment(position, at(position));
    }
    Instant time = time(asOf);
    return new Moment(lastUpTo(time), time);
  }

  private static Instant time(String asOf) {
    try {
      return OffsetDateTime.parse(asOf).toInstant();
    } catch (DateTimeException e) {
      throw ProblemException.badRequest(
          "Expected %s to be a position in the log or a time such as 2026-11-23T10:00:00Z, but it is '%s'"
              .formatted(AS_OF, asOf));
    }
  }

  /// Entries are in the order of their times, so halving finds the last one.
  private LogPosition lastUpTo(Instant time) throws InterruptedException {
    long low = queue.first().value() - 1;
    long high = queue.durable().value();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (at(new LogPosition(middle)).isAfter(time)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return new LogPosition(low);
  }

  private Instant at(LogPosition position) throws InterruptedException {
    if (position.equals(LogPosition.START)) {
      return Instant.EPOCH;
    }
    expectKept(position);
    LogPosition before = new LogPosition(position.value() - 1);
    return queue.entriesAfter(before, Duration.ZERO, 1).getFirst().at();
  }

  /// Tables are made from the first entry on.
  private void expectKept(LogPosition asOf) {
    LogPosition first = queue.first();
    if (first.isAfter(LogPosition.START.next())) {
      throw new ProblemException(
          ProblemType.HISTORY_DROPPED,
          "Expected the log to hold every entry up to %s, but it begins with entry %s: older ones were dropped to make room. Leave %s out to see how things are now"
              .formatted(asOf, first, AS_OF));
    }
  }
}
