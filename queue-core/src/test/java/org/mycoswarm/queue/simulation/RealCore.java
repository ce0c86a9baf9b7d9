package org.mycoswarm.queue.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Decision;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.QueueView;
import org.mycoswarm.queue.domain.SpecsInMemory;
import org.mycoswarm.queue.domain.Task;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.EventFeed;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.LeaseWatch;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.engine.Snapshotter;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.Snapshots;

/// The real parts, put together as a broker does, without its threads and sockets.
final class RealCore implements Core {
  private static final CommandId CAUSE = new CommandId("simulation");
  private static final int KEPT_BY_FEED = 16;

  /// @param limits small ones are reached sooner
  record Parts(
      EventLog log, EventCodec codec, Snapshots snapshots, Limits limits, QueueWriter.Size size) {}

  /// Makes the clock of a process.
  interface ClockFrom {
    Clock notBefore(Instant newest);
  }

  private final Parts parts;
  private final Decider decider;
  private final Clock time;
  private final QueueState state;
  private final EventFeed feed;
  private final LeaseDeadlines deadlines;
  private final LeaseWatch watch;
  private final QueueWriter writer;
  private final Snapshotter snapshotter;

  /// Starts from whatever the log holds.
  ///
  /// @param fromSnapshot whether to start from the newest snapshot
  /// @param clock made for this process, which may not go back behind the newest entry
  /// @param durable told when the real listeners were
  RealCore(Parts parts, boolean fromSnapshot, ClockFrom clock, Runnable durable) {
    this.parts = parts;
    EventLog log = parts.log();
    state = fromSnapshot ? restored() : replayed();
    snapshotter =
        new Snapshotter(log, parts.codec(), parts.snapshots(), parts.limits(), SpecsInMemory::new);
    time = clock.notBefore(state.time());
    decider = new Decider(parts.limits());
    feed = new EventFeed(log, parts.codec(), KEPT_BY_FEED);
    deadlines = new LeaseDeadlines(time, state.leases());
    watch = new LeaseWatch(time, deadlines);
    writer =
        new QueueWriter(
            log,
            parts.codec(),
            decider,
            state,
            time,
            parts.size(),
            (entries, after) -> {
              deadlines.durable(entries, after);
              feed.durable(entries, after);
              durable.run();
            });
  }

  @Override
  public CompletableFuture<Answer> submit(Command command) {
    return writer.submit(CAUSE, command);
  }

  @Override
  public CompletableFuture<Answer> lease(Ask ask, Duration wait) {
    return writer.lease(CAUSE, ask, wait);
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
  public List<LeaseId> tick() {
    watch.tick();
    return watch.due();
  }

  @Override
  public void expired(List<LeaseId> leases) {
    watch.expired(leases);
  }

  @Override
  public List<LogEntry> entriesAfter(LogPosition after, int entriesMax)
      throws InterruptedException {
    return feed.next(after, Duration.ZERO, entriesMax);
  }

  @Override
  public Instant now() {
    return time.instant();
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
  public boolean wouldLease(Ask ask) {
    Command command = new Command.LeaseTasks(List.of(ask));
    return decider.decide(state, command, state.time()) instanceof Decision.Accepted accepted
        && !accepted.events().isEmpty();
  }

  @Override
  public void takeSnapshot(int entriesSince) {
    snapshotter.takeIfDue(entriesSince);
  }

  @Override
  public String differenceFromReplay() {
    return difference(replayed());
  }

  @Override
  public String differenceFromSnapshot() {
    return difference(restored());
  }

  private String difference(QueueState other) {
    // The live state may know of later times than the newest entry.
    other.advance(state.time());
    return state.hash().equals(other.hash()) ? "" : firstDifference(lines(state), lines(other));
  }

  private QueueState replayed() {
    EventLog log = parts.log();
    return Replay.upTo(log.durable(), log, parts.codec(), parts.limits()).state();
  }

  private QueueState restored() {
    EventLog log = parts.log();
    return Replay.fromNewest(
            parts.snapshots(),
            () -> new QueueState(parts.limits()),
            log.durable(),
            log,
            parts.codec())
        .state();
  }

  private static List<String> lines(QueueState state) {
    List<String> lines = new ArrayList<>();
    state.describe(lines::add);
    return lines;
  }

  private static String firstDifference(List<String> live, List<String> other) {
    for (int i = 0; i < Math.max(live.size(), other.size()); i++) {
      String here = i < live.size() ? live.get(i) : "nothing";
      String there = i < other.size() ? other.get(i) : "nothing";
      if (!here.equals(there)) {
        return "live '%s', otherwise '%s'".formatted(here, there);
      }
    }
    return "the same lines with other hashes";
  }
}
