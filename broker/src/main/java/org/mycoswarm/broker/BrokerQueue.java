package org.mycoswarm.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.mycoswarm.broker.api.QueueGateway;
import org.mycoswarm.broker.scheduling.Liveness;
import org.mycoswarm.broker.upkeep.LogKeeper;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.EventFeed;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.schema.wire.LogCheck;

/// The queue as the HTTP interface sees it: the engine's parts behind one port.
record BrokerQueue(
    QueueWriter writer,
    LogKeeper keeper,
    JsonEventCodec codec,
    EventFeed feed,
    LeaseDeadlines deadlines,
    Liveness liveness)
    implements QueueGateway {
  private record Live(String hash, LogPosition position, Instant time) {}

  @Override
  public List<Answer> submit(CommandId cause, List<Command> commands) throws InterruptedException {
    List<CompletableFuture<Answer>> answers = new ArrayList<>(commands.size());
    for (Command command : commands) {
      answers.add(writer.submit(cause, command));
    }
    return answers.stream().map(BrokerQueue::join).toList();
  }

  @Override
  public Answer lease(CommandId cause, Ask ask, Duration wait) throws InterruptedException {
    return join(writer.lease(cause, ask, wait));
  }

  @Override
  public Optional<LeaseDeadlines.Renewal> renew(NodeId node, List<LeaseId> leases) {
    if (!liveness.isRegistered(node)) {
      return Optional.empty();
    }
    liveness.seen(node);
    return Optional.of(deadlines.renew(node, leases));
  }

  @Override
  public void seen(NodeId node) {
    liveness.seen(node);
  }

  @Override
  public void left(NodeId node) {
    liveness.left(node);
  }

  @Override
  public Optional<Instant> lastSeen(NodeId node) {
    return Optional.ofNullable(liveness.lastSeen(node));
  }

  @Override
  public <T> T look(Function<QueueState, T> question) {
    return join(writer.ask((state, _) -> question.apply(state)));
  }

  @Override
  public NodeMode mode(NodeId node) {
    return liveness.mode(node);
  }

  @Override
  public LogPosition durable() {
    return feed.durable();
  }

  @Override
  public LogPosition first() {
    return keeper.first();
  }

  @Override
  public List<LogEntry> entriesAfter(LogPosition after, Duration wait, int entriesMax)
      throws InterruptedException {
    return feed.next(after, wait, entriesMax);
  }

  @Override
  public String show(Event event) {
    return codec.show(event);
  }

  @Override
  public LogCheck verify() {
    long start = System.nanoTime();
    Live live =
        join(writer.ask((state, position) -> new Live(state.hash(), position, state.time())));
    return keeper.rebuild(
        live.position(),
        rebuilt -> {
          rebuilt.state().advance(live.time());
          String hash = rebuilt.state().hash();
          return new LogCheck(
              hash.equals(live.hash()),
              live.position().value(),
              rebuilt.position().value() - rebuilt.from().value(),
              live.hash(),
              hash,
              (System.nanoTime() - start) / 1_000_000);
        });
  }

  private static <T> T join(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }
}
