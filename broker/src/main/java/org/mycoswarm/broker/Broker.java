package org.mycoswarm.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.Admission;
import org.mycoswarm.broker.api.Api;
import org.mycoswarm.broker.api.BrokerFacts;
import org.mycoswarm.broker.api.HttpLimits;
import org.mycoswarm.broker.api.KnownModels;
import org.mycoswarm.broker.api.ModelCatalogue;
import org.mycoswarm.broker.api.TimeSortedIds;
import org.mycoswarm.broker.blobs.BlobCollector;
import org.mycoswarm.broker.chat.ChatModels;
import org.mycoswarm.broker.chat.NodeChatModels;
import org.mycoswarm.broker.collections.Indexes;
import org.mycoswarm.broker.discovery.BrokerAdvertiser;
import org.mycoswarm.broker.embedding.AwaitedJobs;
import org.mycoswarm.broker.embedding.ModelOffers;
import org.mycoswarm.broker.embedding.QueryEmbedder;
import org.mycoswarm.broker.embedding.UrgentEmbedding;
import org.mycoswarm.broker.embedding.UrgentJobs;
import org.mycoswarm.broker.openai.BatchJobs;
import org.mycoswarm.broker.openai.OpenAi;
import org.mycoswarm.broker.pipelines.ShardedModels;
import org.mycoswarm.broker.projection.EntrySource;
import org.mycoswarm.broker.projection.HistoryTables;
import org.mycoswarm.broker.projection.JobTables;
import org.mycoswarm.broker.projection.NodeTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.broker.projection.TaskTables;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.records.RecordsInMemory;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.broker.results.JobResults;
import org.mycoswarm.broker.scheduling.KindPolicies;
import org.mycoswarm.broker.scheduling.Liveness;
import org.mycoswarm.broker.scheduling.Timekeeper;
import org.mycoswarm.broker.server.DoorSettings;
import org.mycoswarm.broker.server.FrontDoor;
import org.mycoswarm.broker.upkeep.JobExpiry;
import org.mycoswarm.broker.upkeep.LaterCheck;
import org.mycoswarm.broker.upkeep.LogKeeper;
import org.mycoswarm.broker.upkeep.Upkeep;
import org.mycoswarm.broker.upload.ArchiveUnpacker;
import org.mycoswarm.broker.upload.UploadLimits;
import org.mycoswarm.broker.webhooks.Webhooks;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command.StartBroker;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.engine.EventFeed;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.engine.SteadyClock;
import org.mycoswarm.queue.engine.WriterThread;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.chronicle.ChronicleEventLog;
import org.mycoswarm.queue.log.chronicle.LogSettings;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.files.SpecFiles;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running broker: its parts, made in the order in which they need each other and closed in the
/// opposite one.
public final class Broker implements AutoCloseable {
  private interface Part {
    void close() throws Exception;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  /// Damage to one leaves another.
  private static final int SNAPSHOTS_KEPT = 2;

  /// What the tables follow.
  private record FeedSource(EventFeed feed, EventLog log) implements EntrySource {
    @Override
    public List<LogEntry> next(LogPosition after, Duration wait) throws InterruptedException {
      return feed.next(after, wait, 500);
    }

    @Override
    public LogPosition first() {
      return log.first();
    }
  }

  private final Deque<Part> parts = new ArrayDeque<>();
  private final BrokerFacts facts;
  private final FrontDoor door;

  /// Opens the home, replays the log and serves.
  ///
  /// @param onFailure told once when the broker can go on no more; the process should end at once
  /// @throws IOException when the home cannot be used
  /// @throws RuntimeException when the log, the tables or the port cannot be opened; the message is
  ///     for the person who started the broker
  public static Broker start(BrokerConfig config, String version, Consumer<Throwable> onFailure)
      throws IOException {
    return start(config, version, onFailure, Clock.systemUTC());
  }

  /// @param wall the clock on the wall, which schedules go by
  static Broker start(
      BrokerConfig config, String version, Consumer<Throwable> onFailure, InstantSource wall)
      throws IOException {
    return new Broker(config, version, onFailure, wall);
  }

  private Broker(
      BrokerConfig config, String version, Consumer<Throwable> onFailure, InstantSource wall)
      throws IOException {
    try {
      BrokerHome home = new BrokerHome(config.home());
      part(home.lock());
      DiskReserve reserve = DiskReserve.open(home.folder(), config.reserve(), System::nanoTime);
      // The tables come first: a log that ends before what they have seen has lost entries.
      Tables tables =
          part(
              Tables.open(
                  home.tables(),
                  new LogPosition(Long.MAX_VALUE),
                  config.tablesWatchdog(),
                  ChronicleEventLog.isWhole(home.log())));
      SnapshotFiles snapshots =
          SnapshotFiles.open(home.snapshots(), new JsonStateImageCodec(), SNAPSHOTS_KEPT);
      LogPosition seen =
          Stream.concat(Stream.of(tables.position()), snapshots.positions())
              .max(Comparator.naturalOrder())
              .orElseThrow();
      LogPosition snapshot = snapshots.positions().findFirst().orElse(LogPosition.START);
      ChronicleEventLog log =
          part(ChronicleEventLog.open(home.log(), seen, snapshot, LogSettings.DEFAULT));
      BlobStore blobs = FileBlobStore.open(home.blobs(), Clock.systemUTC());
      JsonEventCodec codec = new JsonEventCodec();
      SpecFiles specs = part(SpecFiles.open(home.scratch("live")));
      Replay.Replayed replayed =
          Replay.fromNewest(
              snapshots, () -> new QueueState(config.limits(), specs), log.durable(), log, codec);
      sayFrom(replayed);
      if (snapshot.isAfter(replayed.from())) {
        log.checkEarlier(); // that snapshot could not be used, so more of the log was
      }

      Clock clock = new SteadyClock(Clock.systemUTC(), replayed.at());
      HistoryTables history = new HistoryTables(tables);
      history.begunLate().ifPresent(Broker::sayWhatIsNotListed);
      LogKeeper keeper =
          new LogKeeper(
              new LogKeeper.Parts(
                  log,
                  codec,
                  snapshots,
                  config.limits(),
                  () -> SpecFiles.open(home.scratch("rebuilt"))),
              replayed.changes(),
              history::needed,
              clock,
              config.upkeep().keepHistory());
      // After the writer has stopped, so that the next start has little to read.
      parts.push(() -> keeper.snapshotIfDue(config.upkeep().stopChanges()));
      LeaseDeadlines deadlines = new LeaseDeadlines(clock, replayed.state().leases());
      EventFeed feed = new EventFeed(log, codec, 10_000);
      Liveness liveness = new Liveness(clock, replayed.state());
      KindPolicies policies = new KindPolicies(replayed.state().policies());
      AwaitedJobs awaited = new AwaitedJobs();
      RecordsInMemory known = new RecordsInMemory(replayed.state().allRecords());
      QueueWriter writer =
          new QueueWriter(
              log,
              codec,
              new Decider(config.limits()),
              replayed.state(),
              clock,
              QueueWriter.Size.DEFAULT,
              (entries, state) -> {
                deadlines.durable(entries, state);
                liveness.durable(entries, state);
                policies.durable(entries, state);
                known.durable(entries, state);
                keeper.durable(entries);
                feed.durable(entries, state);
                // Last: who hears of an end asks the tables, and they follow the feed.
                awaited.durable(entries, state);
              });
      part(new WriterThread(writer, onFailure)).start();
      Records records = new Records(known, writer::submit);
      String incarnation = home.incarnation();
      writer.submit(new CommandId("start"), new StartBroker(incarnation, version)).join();
      part(new Timekeeper(writer, deadlines, clock, onFailure)).start();

      ProjectionRunner projection = part(new ProjectionRunner(tables, new FeedSource(feed, log)));
      projection.start();
      Upkeep upkeep =
          part(
              new Upkeep(
                  keeper,
                  new JobExpiry(
                      writer,
                      feed::durable,
                      history,
                      projection,
                      clock,
                      config.upkeep().keepJobs()),
                  reserve,
                  config.upkeep()));
      upkeep.start();

      SecureRandom random = new SecureRandom();
      UrgentJobs urgentJobs =
          new UrgentJobs(
              writer,
              awaited,
              new ModelOffers(liveness::lastSign, clock, config.heartbeat().multipliedBy(3)),
              new TimeSortedIds(clock, random)::next,
              clock);
      UrgentEmbedding urgent = new UrgentEmbedding(urgentJobs);
      String token = config.lan() ? home.token() : null;
      facts = new BrokerFacts(home.brokerId(), version, incarnation, clock.instant(), token);
      ModelCatalogue models = ModelCatalogue.shipped();
      HttpLimits http = HttpLimits.DEFAULT;
      UploadLimits uploads =
          new UploadLimits(http.documentBytesMax(), http.uploadBytesMax(), http.uploadFilesMax());
      Indexes indexes = part(new Indexes(home.collections()));
      JobTables jobs = new JobTables(tables, clock);
      ResultTables results = new ResultTables(tables);
      NodeTables nodes =
          new NodeTables(
              tables, clock, liveness::lastSeen, config.heartbeat().multipliedBy(3), models::name);
      ShardedModels sharded =
          part(
              new ShardedModels(
                  new ShardedModels.Parts(
                      writer,
                      awaited,
                      records,
                      blobs,
                      liveness::lastSign,
                      config.heartbeat().multipliedBy(3),
                      config.stageWire(),
                      new TimeSortedIds(clock, random)::next,
                      clock)));
      Admission admission = new Admission(reserve, feed::durable, projection::position, clock);
      ChatModels chat =
          ChatModels.inOrder(List.of(sharded.chat(), new NodeChatModels(nodes, urgentJobs, blobs)));
      OpenAi openai =
          part(
              new OpenAi(
                  new OpenAi.Parts(
                      new KnownModels(models, sharded.models(), nodes),
                      urgent,
                      chat,
                      new BatchJobs(
                          writer,
                          admission,
                          awaited,
                          feed::durable,
                          projection,
                          jobs,
                          results,
                          config.leaseTime()),
                      records,
                      blobs,
                      home.emptied("batches"),
                      new TimeSortedIds(clock, random)::next,
                      clock,
                      http.documentBytesMax())));
      Webhooks hook = part(new Webhooks(home.folder().resolve("webhooks.json"), wall));
      Api api =
          new Api(
              new Api.Parts(
                  facts,
                  config.limits(),
                  http,
                  config.heartbeat(),
                  config.leaseTime(),
                  new BrokerQueue(writer, keeper, codec, feed, deadlines, liveness),
                  policies,
                  blobs,
                  reserve,
                  admission,
                  keeper,
                  projection,
                  jobs,
                  new TaskTables(tables, clock),
                  nodes,
                  new ArchiveUnpacker(blobs, uploads, home.unpacking()),
                  new JobReports(jobs, results, blobs),
                  new JobResults(results, blobs),
                  models,
                  new QueryEmbedder(urgent, blobs),
                  openai,
                  sharded,
                  records,
                  indexes,
                  config.folders(),
                  results,
                  hook,
                  wall,
                  clock,
                  random));
      part(api.collections()).resume();
      // Closed in the opposite order: who waits for work or for events is sent away before the door
      // closes, and the door lets the other calls finish.
      sharded.start();
      door =
          part(
              FrontDoor.open(
                  doorSettings(config, token),
                  api.resources(),
                  api.hotCalls(),
                  sharded.pipelines()));
      part(api);
      openai.start();
      parts.push(() -> writer.sendAllAway().get(2, TimeUnit.SECONDS));
      part(api.schedules()).start();
      BlobCollector collector =
          part(
              new BlobCollector(
                  blobs,
                  tables,
                  () -> kept(records, indexes),
                  feed::durable,
                  Clock.systemUTC(),
                  config.blobGrace(),
                  config.upkeep().keepJobs()));
      collector.start(config.blobSweep());
      if (config.lan()) {
        part(BrokerAdvertiser.start(facts.broker(), door.port()));
      }
      parts.push(home::withdraw);
      home.announce(runFile());
      part(new LaterCheck(log::checkEarlier, onFailure)).start();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static Predicate<BlobHash> kept(Records records, Indexes indexes) {
    Set<BlobHash> texts = indexes.texts();
    return blob -> records.isNamed(blob) || texts.contains(blob);
  }

  /// Where programs of this machine reach the broker.
  public URI uri() {
    return URI.create("http://127.0.0.1:" + door.port());
  }

  public BrokerFacts facts() {
    return facts;
  }

  @Override
  public void close() {
    List<Exception> failures = new ArrayList<>();
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    failures.forEach(e -> LOG.warn("A part of the broker did not close in order", e));
  }

  private static void sayFrom(Replay.Replayed replayed) {
    long entries = replayed.position().value() - replayed.from().value();
    if (replayed.from().equals(LogPosition.START)) {
      LOG.info("The state is made of all {} entries of the log", entries);
    } else {
      LOG.info(
          "The state is made of the snapshot of position {} and {} entries after it",
          replayed.from(),
          entries);
    }
  }

  private static void sayWhatIsNotListed(HistoryTables.BegunLate tables) {
    LOG.warn(
        "Jobs that were submitted before entry {} of the log are not listed: the tables were lost, and were"
            + " rebuilt on {} when older history had been dropped. Every job that ran then is listed all the same",
        tables.first(),
        tables.at());
  }

  private static DoorSettings doorSettings(BrokerConfig config, @Nullable String token) {
    return token == null
        ? DoorSettings.loopback(config.port())
        : DoorSettings.lan(config.port(), token, hostNames());
  }

  /// None when the machine does not know its own name: its addresses work all the same.
  private static Set<String> hostNames() {
    try {
      return Set.of(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException e) {
      return Set.of();
    }
  }

  /// What programs of this machine need to reach the broker; the token is in a file of its own.
  private String runFile() {
    return """
        {"url":"%s","broker":"%s","pid":%d,"startedAt":"%s"}
        """
        .formatted(uri(), facts.broker(), ProcessHandle.current().pid(), facts.startedAt());
  }

  private <T extends AutoCloseable> T part(T part) {
    parts.push(part::close);
    return part;
  }
}
