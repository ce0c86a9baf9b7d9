package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
    this.clock = clock;
    this.log = log;
    Replay.Replayed replayed = Replay.upTo(log.durable(), log, CODEC, Limits.DEFAULT);
    feed = new EventFeed(log, CODEC, 8);
    deadlines = new LeaseDeadlines(clock, replayed.state().leases());
    writer =
        new QueueWriter(
            log,
            CODEC,
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
    CompletableFuture<String> hash = writer.ask((state, _) -> state.hash());
    turn();
    return hash.join();
  }

  String replayedHash() {
    QueueState replayed = Replay.upTo(log.durable(), log, CODEC, Limits.DEFAULT).state();
    replayed.advance(clock.instant());
    return replayed.hash();
  }

  /// The hash of a state that was written down in pieces and made anew from them.
  String hashOfImage() throws InterruptedException {
    CompletableFuture<String> hash =
        writer.ask(
            (state, _) -> {
              QueueState copy = new QueueState(Limits.DEFAULT);
              copy.restore(state.image().iterator());
              return copy.hash();
            });
    turn();
    return hash.join();
  }
}
