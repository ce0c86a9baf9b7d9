package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.PassTime;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Decision;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.LeaseEnding;
import org.mycoswarm.queue.domain.Event.LeaseExpired;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.NodeId;
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

  private static final CommandId TIMER = new CommandId("timer");
  private static final CommandId WORK = new CommandId("node.work");

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

  private record Call(WaitingRoom.Guest guest) implements Letter {
    @Override
    public void fail(Throwable reason) {
      guest.answer().completeExceptionally(reason);
    }
  }

  private record SendAway(CompletableFuture<Boolean> answer) implements Letter {
    @Override
    public void fail(Throwable reason) {
      answer.completeExceptionally(reason);
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
  private final WaitingRoom room = new WaitingRoom();
  private LogPosition appended;
  private Instant nextDue = Instant.MAX;
  private Instant passed = Instant.EPOCH;
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

  /// Leases tasks for a node, and waits for the first one when there is none. Whatever makes work,
  /// makes time pass or frees a slot has the nodes that wait considered once more before the sync,
  /// so a task that is submitted and the lease of it share one.
  ///
  /// A node that died while it waited looks like one that waits. So whoever lets a lease expire, or
  /// hands one back because it stops, is sent away with nothing before that task is handed out
  /// again, or it would go to the same node once more. If the node lives, it asks again at once.
  ///
  /// @return accepted with no lease when there was no work within `wait`; exceptional as for
  ///     [#submit]
  public CompletableFuture<Answer> lease(CommandId cause, Ask ask, Duration wait) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    post(new Call(new WaitingRoom.Guest(cause, ask, clock.instant().plus(wait), answer)));
    return answer;
  }

  /// Answers every node that waits, with nothing.
  ///
  /// @return completes when they are answered
  public CompletableFuture<Boolean> sendAllAway() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    post(new SendAway(answer));
    return answer;
  }

  /// Takes one turn: what is in the mailbox, up to a batch, and what is due by now. Waits for the
  /// first letter or for the next thing that is due.
  ///
  /// @return how many letters were taken; 0 when none came within `wait`
  /// @throws LogFailure when the log cannot be written: the writer has stopped
  public int turn(Duration wait) throws InterruptedException {
    List<Letter> batch = new ArrayList<>();
    long untilDue = Math.max(Duration.between(clock.instant(), soonest(wait)).toNanos(), 0);
    Letter first = mailbox.poll(Math.min(wait.toNanos(), untilDue), TimeUnit.NANOSECONDS);
    if (first != null) {
      batch.add(first);
      mailbox.drainTo(batch, size.batchMax() - 1);
    }
    try {
      take(batch);
    } catch (RuntimeException | Error e) {
      stop(e);
      batch.forEach(letter -> letter.fail(new WriterStopped(e)));
      finish();
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

  /// Ends the last turn of a writer that was stopped: nodes that wait are answered with
  /// [WriterStopped]. For the thread that takes the turns.
  public void finish() {
    room.failAll(new WriterStopped(stopped));
  }

  /// What makes work must leave room for what ends it.
  private void post(Letter letter) {
    boolean submission = letter instanceof Order order && order.command() instanceof SubmitJob;
    boolean room = !submission || mailbox.remainingCapacity() > size.mailboxMax() / 5;
    if (!room || !mailbox.offer(letter)) {
      letter.fail(new MailboxFull(size.mailboxMax()));
    } else if (stopped != null && mailbox.remove(letter)) {
      // The writer stopped around the offer; whoever takes the letter out fails it, once.
      letter.fail(new WriterStopped(stopped));
    }
  }

  private Instant soonest(Duration wait) {
    Instant soonest = clock.instant().plus(wait);
    for (Instant due : List.of(nextDue, room.nextLeaving())) {
      soonest = due.isBefore(soonest) ? due : soonest;
    }
    return soonest;
  }

  private void take(List<Letter> batch) {
    List<LogEntry> entries = new ArrayList<>(batch.size());
    List<Runnable> answers = new ArrayList<>(batch.size());
    passTime(entries);
    for (Letter letter : batch) {
      switch (letter) {
        case Order order -> {
          Answer answer = decideAll(order.cause(), order.command(), entries);
          answers.add(() -> order.answer().complete(answer));
        }
        case Question<?> question -> answers.add(question.ask(state, appended));
        case Call call -> call(call.guest(), entries, answers);
        case SendAway away -> {
          room.leaveAll().forEach(guest -> answers.add(nothingFor(guest)));
          answers.add(() -> away.answer().complete(true));
        }
      }
    }
    serve(entries, answers);
    nextDue = state.nextDue(passed).orElse(Instant.MAX);
    if (!entries.isEmpty()) {
      log.sync();
      listener.durable(entries, state);
    }
    answers.forEach(Runnable::run);
  }

  /// A node that asks is answered at once when there is work, or when it is not known.
  private void call(WaitingRoom.Guest guest, List<LogEntry> entries, List<Runnable> answers) {
    Answer answer = decide(guest.cause(), new LeaseTasks(List.of(guest.ask())), entries);
    if (answer instanceof Answer.Accepted accepted && accepted.leased().isEmpty()) {
      room.come(guest);
    } else {
      answers.add(() -> guest.answer().complete(answer));
    }
  }

  private void passTime(List<LogEntry> entries) {
    Instant now = clock.instant();
    state.advance(now);
    if (state.missed(now).findAny().isPresent()) {
      decide(TIMER, new PassTime(), entries);
    }
    state.stirThrottled(passed, now);
    passed = now;
  }

  /// Nodes that wait get what has become leasable; those whose time is over leave.
  private void serve(List<LogEntry> entries, List<Runnable> answers) {
    room.takeGone().forEach(guest -> answers.add(nothingFor(guest)));
    Set<NodeId> stirred = state.takeStirred(room.nodes());
    stirred.addAll(room.takeHeldBack());
    while (serveOneOfEach(stirred, entries, answers)) {
      // Each time someone leaves the room; there may be more for others, and for other calls of
      // theirs.
    }
    room.leaving(clock.instant()).forEach(guest -> answers.add(nothingFor(guest)));
  }

  /// @return whether anyone got something, so that there may be more
  private boolean serveOneOfEach(
      Set<NodeId> stirred, List<LogEntry> entries, List<Runnable> answers) {
    List<WaitingRoom.Guest> asking = room.oneOfEach(stirred);
    if (asking.isEmpty()) {
      return false;
    }
    List<Ask> asks = asking.stream().map(WaitingRoom.Guest::ask).toList();
    if (decide(WORK, new LeaseTasks(asks), entries) instanceof Answer.Accepted accepted) {
      asking.forEach(guest -> serve(guest, accepted, answers));
      return !accepted.events().isEmpty();
    }
    return false;
  }

  private void serve(WaitingRoom.Guest guest, Answer.Accepted all, List<Runnable> answers) {
    List<Event> events =
        all.events().stream()
            .filter(e -> e instanceof TaskLeased leased && leased.node().equals(guest.node()))
            .toList();
    if (!events.isEmpty()) {
      room.leave(guest);
      Answer answer = new Answer.Accepted(events, all.position(), all.at(), leased(events));
      answers.add(() -> guest.answer().complete(answer));
    }
  }

  private Runnable nothingFor(WaitingRoom.Guest guest) {
    Answer nothing = new Answer.Accepted(List.of(), appended, clock.instant(), List.of());
    return () -> guest.answer().complete(nothing);
  }

  /// Leases that expire may take thousands of tasks with them, which are more than one entry.
  private Answer decideAll(CommandId cause, Command command, List<LogEntry> entries) {
    if (command instanceof RegisterNode(NodeId node, var _)) {
      room.gone(node); // who registers has begun anew, and an older call of it waits for nobody
    }
    Answer answer = decide(cause, command, entries);
    Answer more = answer;
    while (command instanceof ExpireLeases && changedSomething(more)) {
      answer = more;
      more = decide(cause, command, entries);
    }
    return more instanceof Answer.Rejected ? more : answer;
  }

  /// A refusal changes nothing, so the next decision would be the same one.
  private static boolean changedSomething(Answer answer) {
    return answer instanceof Answer.Accepted accepted && !accepted.events().isEmpty();
  }

  private Answer decide(CommandId cause, Command command, List<LogEntry> entries) {
    Instant now = clock.instant();
    state.advance(now);
    return switch (decider.decide(state, command, now)) {
      case Decision.Rejected(Rejection why, List<Event> events) -> {
        Answer unfit = events.isEmpty() ? null : record(cause, now, events, entries);
        yield unfit instanceof Answer.Rejected rejected ? rejected : new Answer.Rejected(why);
      }
      case Decision.Repeated repeated -> new Answer.Repeated(repeated.job(), appended);
      case Decision.Accepted(List<Event> events, Set<NodeId> heldBack) -> {
        room.heldBack(heldBack);
        yield events.isEmpty()
            ? new Answer.Accepted(events, appended, now, List.of())
            : record(cause, now, events, entries);
      }
    };
  }

  private Answer record(CommandId cause, Instant now, List<Event> events, List<LogEntry> entries) {
    byte[] body = codec.encode(now, cause, events);
    if (body.length > LogRecord.BODY_BYTES_MAX) {
      return new Answer.Rejected(
          new Rejection.TooLarge(
              "an entry for one command in bytes", body.length, LogRecord.BODY_BYTES_MAX));
    }
    appended = log.append(body);
    for (Event event : events) {
      if (event instanceof LeaseExpired || event instanceof LeaseReleased) {
        state.task(((LeaseEnding) event).lease().task()).ifPresent(this::gone);
      }
      state.apply(event, now);
    }
    entries.add(new LogEntry(appended, now, cause, events));
    return new Answer.Accepted(events, appended, now, leased(events));
  }

  private void gone(Task task) {
    if (task instanceof Task.Leased leased) {
      room.gone(leased.node());
    }
  }

  private List<Answer.Leased> leased(List<Event> events) {
    List<Answer.Leased> leased = new ArrayList<>();
    for (Event event : events) {
      if (event instanceof TaskLeased e) {
        Task task = state.task(e.lease().task()).orElseThrow();
        leased.add(new Answer.Leased(e.lease(), state.spec(task)));
      }
    }
    return leased;
  }
}
