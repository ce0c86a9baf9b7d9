package org.mycoswarm.queue.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.QueueView;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.EventFeed;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

/// The real parts, put together as a broker does, without its threads and sockets.
final class RealCore implements Core {
  private static final CommandId CAUSE = new CommandId("simulation");
  private static final int KEPT_BY_FEED = 16;

  /// @param limits small ones are reached sooner
  record Parts(EventLog log, EventCodec codec, Limits limits, QueueWriter.Size size) {}

  private final Parts parts;
  private final QueueState state;
  private final EventFeed feed;
  private final LeaseDeadlines deadlines;
  private final QueueWriter writer;

  /// Starts from whatever the log holds.
  ///
  /// @param clock made for this process, which may not go back behind the newest entry
  /// @param durable told when the real listeners were
  RealCore(Parts parts, ClockFrom clock, Runnable durable) {
    this.parts = parts;
    EventLog log = parts.log();
    Replay.Replayed replayed = Replay.upTo(log.durable(), log, parts.codec(), parts.limits());
    Clock time = clock.notBefore(replayed.at());
    state = replayed.state();
    feed = new EventFeed(log, parts.codec(), KEPT_BY_FEED);
    deadlines = new LeaseDeadlines(time, state.leases());
    writer =
        new QueueWriter(
            log,
            parts.codec(),
            new Decider(parts.limits()),
            state,
            time,
            parts.size(),
            (entries, after) -> {
              deadlines.durable(entries, after);
              feed.durable(entries, after);
              durable.run();
            });
  }

  /// Makes the clock of a process.
  interface ClockFrom {
    Clock notBefore(Instant newest);
  }

  @Override
  public CompletableFuture<Answer> submit(Command command) {
    return writer.submit(CAUSE, command);
  }

  @Override
  public int turn() throws InterruptedException {
    return writer.turn(Duration.ZERO);
  }

  @Override
  public LeaseDeadlines.Renewal renew(NodeId node, List<LeaseId> leases) {
    return deadlines.renew(node, leases);
  }

  @Override
  public List<LeaseId> takeDue() {
    return deadlines.takeDue();
  }

  @Override
  public List<LogEntry> entriesAfter(LogPosition after, int entriesMax)
      throws InterruptedException {
    return feed.next(after, Duration.ZERO, entriesMax);
  }

  @Override
  public QueueView view() {
    return state;
  }

  @Override
  public Stream<Task.Leased> leases() {
    return state.leases();
  }

  @Override
  public String liveHash() {
    return state.hash();
  }

  @Override
  public String replayedHash() {
    EventLog log = parts.log();
    QueueState replayed =
        Replay.upTo(log.durable(), log, parts.codec(), parts.limits()).state();
    // The live state may know of later times than the newest entry.
    replayed.advance(state.time());
    return replayed.hash();
  }
}
