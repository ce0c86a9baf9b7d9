package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Decision;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// The single writer: decides many commands, appends one entry for each, syncs once for all of
/// them, and only then answers. Whatever it decides on is either already durable or becomes so with
/// the same sync, so an answer never outlives its reasons.
///
/// [#submit] and [#ask] may be called by any thread; [#turn] by one thread at a time, which owns
/// the state. When the log fails the writer is finished: every waiting command ends with
/// [WriterStopped], and a new writer must be made from a replay. (Never retry a failed sync; see
/// Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020.)
public final class QueueWriter {
  /// @param mailboxMax commands that may wait
  /// @param batchMax commands that share one sync at most
  public record Size(int mailboxMax, int batchMax) {
    public static final Size DEFAULT = new Size(20_000, 1_000);
  }

  private sealed interface Letter {
    void fail(Throwable reason);
  }

  private record Order(CommandId cause, Command command, CompletableFuture<Answer> answer)
      implements Letter {
    @Override
    public void fail(Throwable reason) {
      answer.completeExceptionally(reason);
    }
  }

  private record Question<T>(
      BiFunction<QueueState, LogPosition, T> question, CompletableFuture<T> answer)
      implements Letter {
    @Override
    public void fail(Throwable reason) {
      answer.completeExceptionally(reason);
    }

    Runnable ask(QueueState state, LogPosition position) {
      T found = question.apply(state, position);
      return () -> answer.complete(found);
    }
  }

  private final EventLog log;
  private final EventCodec codec;
  private final Decider decider;
  private final QueueState state;
  private final Clock clock;
  private final Size size;
  private final DurableListener listener;
  private final LinkedBlockingQueue<Letter> mailbox;
  private LogPosition appended;
  private volatile @Nullable Instant nextDue;
  private volatile @Nullable Throwable stopped;

  /// @param state what the log replays to; the writer owns it from now on
  /// @param listener hears of entries once they are durable, on the writer's thread, before anyone
  ///     is answered
  public QueueWriter(
      EventLog log,
      EventCodec codec,
      Decider decider,
      QueueState state,
      Clock clock,
      Size size,
      DurableListener listener) {
    this.log = log;
    this.codec = codec;
    this.decider = decider;
    this.state = state;
    this.clock = clock;
    this.size = size;
    this.listener = listener;
    this.mailbox = new LinkedBlockingQueue<>(size.mailboxMax());
    this.appended = log.durable();
    this.nextDue = state.nextDue(clock.instant()).orElse(null);
  }

  /// Puts a command into the mailbox.
  ///
  /// @return completes after the sync; exceptionally with [MailboxFull] or [WriterStopped]
  public CompletableFuture<Answer> submit(CommandId cause, Command command) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    post(new Order(cause, command, answer));
    return answer;
  }

  /// Lets the writer's thread read the state between two commands, with the position of the last
  /// entry in it; both are durable when the answer comes. The question must be quick and must not
  /// keep the state.
  public <T> CompletableFuture<T> ask(BiFunction<QueueState, LogPosition, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    post(new Question<>(question, answer));
    return answer;
  }

  /// When the next task that waits for a retry may be leased, as of the last turn.
  public Optional<Instant> nextDue() {
    return Optional.ofNullable(nextDue);
  }

  /// Takes one turn: what is in the mailbox, up to a batch. Waits for the first letter.
  ///
  /// @return how many letters were answered; 0 when none came within `wait`
  /// @throws LogFailure when the log cannot be written: the writer has stopped
  public int turn(Duration wait) throws InterruptedException {
    Letter first = mailbox.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
    if (first == null) {
      return 0;
    }
    List<Letter> batch = new ArrayList<>();
    batch.add(first);
    mailbox.drainTo(batch, size.batchMax() - 1);
    try {
      take(batch);
    } catch (RuntimeException | Error e) {
      stop(e);
      batch.forEach(letter -> letter.fail(new WriterStopped(e)));
      throw e;
    }
    return batch.size();
  }

  /// Answers everything that waits with [WriterStopped], and everything that comes.
  public void stop(@Nullable Throwable reason) {
    stopped = reason == null ? new IllegalStateException("The broker is stopping") : reason;
    List<Letter> rest = new ArrayList<>();
    mailbox.drainTo(rest);
    rest.forEach(letter -> letter.fail(new WriterStopped(reason)));
  }

  private void post(Letter letter) {
    if (!mailbox.offer(letter)) {
      letter.fail(new MailboxFull(size.mailboxMax()));
    } else if (stopped != null && mailbox.remove(letter)) {
      // The writer stopped around the offer; whoever takes the letter out fails it, once.
      letter.fail(new WriterStopped(stopped));
    }
  }

  private void take(List<Letter> batch) {
    List<LogEntry> entries = new ArrayList<>(batch.size());
    List<Runnable> answers = new ArrayList<>(batch.size());
    for (Letter letter : batch) {
      answers.add(
          switch (letter) {
            case Order order -> {
              Answer answer = decide(order, entries);
              yield () -> order.answer().complete(answer);
            }
            case Question<?> question -> question.ask(state, appended);
          });
    }
    nextDue = state.nextDue(clock.instant()).orElse(null);
    if (!entries.isEmpty()) {
      log.sync();
      listener.durable(entries, state);
    }
    answers.forEach(Runnable::run);
  }

  private Answer decide(Order order, List<LogEntry> entries) {
    Instant now = clock.instant();
    return switch (decider.decide(state, order.command(), now)) {
      case Decision.Rejected(Rejection why) -> new Answer.Rejected(why);
      case Decision.Repeated repeated -> new Answer.Repeated(repeated.job(), appended);
      case Decision.Accepted(List<Event> events) when events.isEmpty() ->
          new Answer.Accepted(events, appended, List.of());
      case Decision.Accepted(List<Event> events) -> record(order, now, events, entries);
    };
  }

  private Answer record(Order order, Instant now, List<Event> events, List<LogEntry> entries) {
    byte[] body = codec.encode(now, order.cause(), events);
    if (body.length > LogRecord.BODY_BYTES_MAX) {
      return new Answer.Rejected(
          new Rejection.TooLarge(
              "an entry for one command in bytes", body.length, LogRecord.BODY_BYTES_MAX));
    }
    appended = log.append(body);
    events.forEach(state::apply);
    entries.add(new LogEntry(appended, now, order.cause(), events));
    return new Answer.Accepted(events, appended, leased(events));
  }

  private List<Answer.Leased> leased(List<Event> events) {
    List<Answer.Leased> leased = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof Event.TaskLeased e) {
        Task task = state.task(e.lease().task()).orElseThrow();
        leased.add(new Answer.Leased(e.lease(), task.spec()));
      }
    }
    return leased;
  }
}
