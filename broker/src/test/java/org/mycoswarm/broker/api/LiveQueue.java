package org.mycoswarm.broker.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.mycoswarm.broker.embedding.AwaitedJobs;
import org.mycoswarm.broker.embedding.ModelOffers;
import org.mycoswarm.broker.embedding.UrgentEmbedding;
import org.mycoswarm.broker.embedding.UrgentJobs;
import org.mycoswarm.broker.openai.BatchJobs;
import org.mycoswarm.broker.pipelines.ShardedModels;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.records.RecordsInMemory;
import org.mycoswarm.broker.scheduling.KindPolicies;
import org.mycoswarm.broker.scheduling.Liveness;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.EventFeed;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.LeaseDeadlines.Renewal;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.WriterThread;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;
import org.mycoswarm.schema.wire.LogCheck;
import org.mycoswarm.schema.wire.StageManifest;

/// The real engine over a log in memory.
final class LiveQueue implements QueueGateway, AutoCloseable {
  private final JsonEventCodec codec = new JsonEventCodec();
  private final InMemoryEventLog log = InMemoryEventLog.create();
  private final EventFeed feed = new EventFeed(log, codec, 100);
  private final KindPolicies policies = new KindPolicies(Map.of());
  private final RecordsInMemory records = new RecordsInMemory(Stream.of());
  private final AwaitedJobs awaited = new AwaitedJobs();
  private final Liveness liveness;
  private final LeaseDeadlines deadlines;
  private final QueueWriter writer;
  private final WriterThread thread;

  LiveQueue(Limits limits, Clock clock, QueueWriter.Size size) {
    QueueState state = new QueueState(limits);
    liveness = new Liveness(clock, state);
    deadlines = new LeaseDeadlines(clock, state.leases());
    writer =
        new QueueWriter(
            log,
            codec,
            new Decider(limits),
            state,
            clock,
            size,
            (entries, after) -> {
              records.durable(entries, after);
              policies.durable(entries, after);
              feed.durable(entries, after);
              deadlines.durable(entries, after);
              liveness.durable(entries, after);
              awaited.durable(entries, after);
            });
    thread = new WriterThread(writer, failure -> {});
    thread.start();
  }

  /// Asks the nodes of this queue for vectors.
  UrgentEmbedding urgent(Clock clock) {
    return new UrgentEmbedding(urgentJobs(clock));
  }

  /// Has the nodes of this queue work while somebody waits.
  UrgentJobs urgentJobs(Clock clock) {
    return new UrgentJobs(
        writer,
        awaited,
        new ModelOffers(liveness::lastSeen, clock, Duration.ofSeconds(30)),
        new TimeSortedIds(clock, new Random(5))::next,
        clock);
  }

  /// The registered models; what runs them is not started.
  ShardedModels sharded(BlobStore blobs, Clock clock) {
    return new ShardedModels(
        new ShardedModels.Parts(
            writer,
            awaited,
            records(),
            blobs,
            liveness::lastSeen,
            Duration.ofSeconds(30),
            StageManifest.EXACT,
            new TimeSortedIds(clock, new Random(6))::next,
            clock));
  }

  Records records() {
    return new Records(records, writer::submit);
  }

  BatchJobs batchJobs(
      Admission admission, ProjectionRunner projection, JobTables jobs, ResultTables results) {
    return new BatchJobs(
        writer,
        admission,
        awaited,
        feed::durable,
        projection,
        jobs,
        results,
        Duration.ofSeconds(30));
  }

  KindPolicies policies() {
    return policies;
  }

  InMemoryEventLog log() {
    return log;
  }

  JsonEventCodec codec() {
    return codec;
  }

  Liveness liveness() {
    return liveness;
  }

  @Override
  public List<Answer> submit(CommandId cause, List<Command> commands) throws InterruptedException {
    List<CompletableFuture<Answer>> asked =
        commands.stream().map(command -> writer.submit(cause, command)).toList();
    ArrayList<Answer> answers = new ArrayList<>();
    for (CompletableFuture<Answer> answer : asked) {
      try {
        answers.add(answer.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException reason
            ? reason
            : new IllegalStateException(e);
      }
    }
    return answers;
  }

  @Override
  public Answer lease(CommandId cause, Ask ask, Duration wait) throws InterruptedException {
    try {
      return writer.lease(cause, ask, wait).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : new IllegalStateException(e);
    }
  }

  @Override
  public Optional<Renewal> renew(NodeId node, List<LeaseId> leases) {
    return liveness.isRegistered(node)
        ? Optional.of(deadlines.renew(node, leases))
        : Optional.empty();
  }

  @Override
  public void left(NodeId node) {
    liveness.left(node);
  }

  @Override
  public void seen(NodeId node) {
    liveness.seen(node);
  }

  @Override
  public Optional<Instant> lastSeen(NodeId node) {
    return Optional.ofNullable(liveness.lastSeen(node));
  }

  @Override
  public <T> T look(Function<QueueState, T> question) {
    return writer.ask((state, _) -> question.apply(state)).join();
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
    return log.first();
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
    return new LogCheck(true, durable().value(), durable().value(), "same", "same", 0);
  }

  /// The writer does nothing until the latch opens.
  ///
  /// @return completes when it has begun to wait
  CompletableFuture<Void> hold(CountDownLatch until) {
    CompletableFuture<Void> held = new CompletableFuture<>();
    CompletableFuture<Boolean> _ =
        writer.ask(
            (state, position) -> {
              held.complete(null);
              try {
                return until.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    return held;
  }

  /// How many commands wait for the writer is not to be seen, so a test fills the mailbox itself.
  CompletableFuture<Answer> post(Command command) {
    return writer.submit(new CommandId("test"), command);
  }

  /// Drops what the log holds before a position.
  void dropBefore(long position) {
    log.dropBefore(new LogPosition(position));
  }

  /// From now on the disk refuses to sync, which ends the writer.
  void breakDisk() {
    log.disk().failSync(1);
  }

  @Override
  public void close() {
    // A writer that stopped has sent everybody away already.
    writer.sendAllAway().exceptionally(_ -> false).join();
    thread.close();
    log.close();
  }
}
