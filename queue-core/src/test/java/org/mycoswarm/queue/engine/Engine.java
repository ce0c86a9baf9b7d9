package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.json.JsonEventCodec;

/// A writer over a log, with its turns taken by hand: what a broker is without threads and sockets.
final class Engine {
  static final EventCodec CODEC = new JsonEventCodec();

  private final Clock clock;
  final EventLog log;
  final QueueWriter writer;
  final EventFeed feed;
  final LeaseDeadlines deadlines;

  /// Starts from whatever the log holds.
  Engine(EventLog log, Clock clock) {
    this(log, clock, QueueWriter.Size.DEFAULT);
  }

  Engine(EventLog log, Clock clock, QueueWriter.Size size) {
    this(log, clock, size, CODEC);
  }

  /// @param codec what the writer writes by
  Engine(EventLog log, Clock clock, QueueWriter.Size size, EventCodec codec) {
    this.clock = clock;
    this.log = log;
    Replay.Replayed replayed = Replay.upTo(log.durable(), log, CODEC, Limits.DEFAULT);
    feed = new EventFeed(log, CODEC, 8);
    deadlines = new LeaseDeadlines(clock, replayed.state().leases());
    writer =
        new QueueWriter(
            log,
            codec,
            new Decider(Limits.DEFAULT),
            replayed.state(),
            clock,
            size,
            (entries, state) -> {
              deadlines.durable(entries, state);
              feed.durable(entries, state);
            });
  }

  CompletableFuture<Answer> submit(Command command) {
    return writer.submit(new CommandId("test"), command);
  }

  /// Submits a command and takes a turn.
  Answer ask(Command command) throws InterruptedException {
    CompletableFuture<Answer> answer = submit(command);
    turn();
    return answer.join();
  }

  int turn() throws InterruptedException {
    return writer.turn(Duration.ZERO);
  }

  String liveHash() throws InterruptedException {
    return live(QueueState::hash);
  }

  /// The live state in lines, for a readable difference.
  List<String> liveLines() throws InterruptedException {
    return live(Engine::lines);
  }

  List<String> replayedLines() {
    QueueState replayed = Replay.upTo(log.durable(), log, CODEC, Limits.DEFAULT).state();
    replayed.advance(clock.instant());
    return lines(replayed);
  }

  private <T> T live(Function<QueueState, T> question) throws InterruptedException {
    CompletableFuture<T> answer = writer.ask((state, _) -> question.apply(state));
    turn();
    return answer.join();
  }

  private static List<String> lines(QueueState state) {
    List<String> lines = new ArrayList<>();
    state.describe(lines::add);
    return lines;
  }
}
