package org.mycoswarm.node;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Model;
import org.mycoswarm.node.capability.CapabilityOverride;
import org.mycoswarm.node.capability.CapabilityScan;
import org.mycoswarm.node.capability.LentCapabilities;
import org.mycoswarm.node.client.BrokerClient;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.node.discovery.BrokerSearch;
import org.mycoswarm.node.discovery.FoundBroker;
import org.mycoswarm.node.discovery.Location;
import org.mycoswarm.node.generate.ChatServers;
import org.mycoswarm.node.work.Blobs;
import org.mycoswarm.node.work.ChunkExecutor;
import org.mycoswarm.node.work.ChunkLinesCache;
import org.mycoswarm.node.work.EmbedExecutor;
import org.mycoswarm.node.work.Executors;
import org.mycoswarm.node.work.GenerateExecutor;
import org.mycoswarm.node.work.ShardForwardExecutor;
import org.mycoswarm.node.work.WeightCache;
import org.mycoswarm.node.work.WorkLoop;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.NodeRegistered;
import org.mycoswarm.schema.wire.NodeReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node from start to end: finds the broker while it looks at its own machine, registers, works,
/// and hands everything back when it is stopped. [#run] is called once; [#stop] and [#fail] by any
/// thread.
public final class NodeAgent {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);
  private static final Duration LOOK_TIME = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);

  /// Servers are asked less often than files are looked at.
  private static final int WATCHES_PER_LOOK = 6;

  private static final Duration SCAN_END_TIME = Duration.ofSeconds(5);
  private static final Set<String> KINDS =
      Set.of(
          ChunkExecutor.KIND, EmbedExecutor.KIND, GenerateExecutor.KIND, ShardForwardExecutor.KIND);

  private final AgentConfig config;
  private final String node;
  private final String name;
  private final int workers;
  private final Path overrideFile;
  private final HttpClient http = BrokerClient.newHttp();
  private final BrokerSearch search;
  private final ModelShelf shelf;
  private final ChatServers servers;
  private final CapabilityScan scan;
  private final CapabilityWatch watch;
  private final CompletableFuture<Integer> ending = new CompletableFuture<>();
  private final CompletableFuture<NodeReport> scanned = new CompletableFuture<>();
  private volatile CapabilityOverride override;
  private volatile @Nullable NodeReport report;

  /// Whether the broker has yet to hear of [#report].
  private boolean unsaid;

  /// What the broker has heard of the models that are used here now.
  private InUse said = new InUse(Set.of(), List.of());

  private int leasesMax;

  /// @param loaded digests of the models in memory
  /// @param lent models that run in stages, the first of which is here
  private record InUse(Set<String> loaded, List<Model> lent) {}

  /// @throws Refused when a setting is not in order
  public NodeAgent(AgentConfig config) throws IOException {
    this.config = config;
    Files.createDirectories(config.home().folder());
    this.node = config.home().nodeId();
    this.name = config.name() == null ? HostName.find() : config.name();
    Path given = config.capabilities();
    this.overrideFile = given == null ? config.home().capabilities() : given;
    this.override = CapabilityOverride.read(overrideFile, given != null, KINDS);
    this.workers = workers(config, override);
    this.shelf = new ModelShelf(config.models(), config.home().natives());
    this.servers =
        new ChatServers(config.servers(), config.watchTime().multipliedBy(WATCHES_PER_LOOK));
    this.watch = new CapabilityWatch(config.models(), overrideFile);
    this.search =
        BrokerSearch.of(config.broker(), config.brokerHome().runFile(), config.credentials());
    this.scan =
        CapabilityScan.ofThisMachine(
            config.home().folder(), config.home().rates(), shelf, servers, workers, ending::isDone);
  }

  private static int workers(AgentConfig config, CapabilityOverride override) {
    if (config.workers() != null) {
      return config.workers();
    }
    return override.workers() != null
        ? override.workers()
        : Runtime.getRuntime().availableProcessors();
  }

  /// How it ended.
  ///
  /// @param exitCode see [ExitCode]
  /// @param quiet whether every thread that computes has ended. If not, the process must be halted:
  ///     the native library takes the JVM down when it is unloaded under a running computation
  public record End(int exitCode, boolean quiet) {}

  /// Works until it is stopped.
  public End run() throws InterruptedException {
    Thread.ofPlatform().daemon().name("scan").start(this::firstScan);
    boolean quiet = false;
    try {
      Optional<FoundBroker> found = find();
      quiet = found.isEmpty() || serve(found.get());
    } finally {
      ending.complete(ExitCode.OK);
      quiet &= scanEnded();
      if (quiet) {
        shelf.close();
      }
      http.shutdownNow();
      servers.close();
    }
    return new End(ending.getNow(ExitCode.OK), quiet);
  }

  /// Ends [#run]: it takes no more work, lets the workers finish for a while and hands back the
  /// rest.
  public void stop() {
    ending.complete(ExitCode.OK);
  }

  /// Ends [#run] because something is broken that this process cannot mend.
  public void fail() {
    ending.complete(ExitCode.INTERNAL);
  }

  /// @return empty when it was stopped before, or the time for it is over
  private Optional<FoundBroker> find() throws InterruptedException {
    long start = System.nanoTime();
    boolean said = false;
    while (!ending.isDone()) {
      switch (search.look(LOOK_TIME)) {
        case Location.Here(FoundBroker broker) -> {
          sayFound(broker, (System.nanoTime() - start) / 1_000_000);
          return Optional.of(broker);
        }
        case Location.Nowhere(String reason) -> {
          if (over(start)) {
            LOG.error("{}. Giving up", reason);
            ending.complete(ExitCode.NO_BROKER);
          } else if (!said) {
            said = true;
            LOG.warn("{}. Looking until it is there", reason);
          }
        }
      }
      endingWithin(LOOK_PAUSE);
    }
    return Optional.empty();
  }

  private static void sayFound(FoundBroker broker, long millis) {
    LOG.info(
        "Found the broker '{}' at {} by {} in {} ms",
        broker.broker(),
        broker.url(),
        broker.how(),
        millis);
  }

  private boolean over(long start) {
    Duration most = config.searchTime();
    return most != null && System.nanoTime() - start >= most.toNanos();
  }

  /// @return whether all that computes has ended
  private boolean serve(FoundBroker found) throws InterruptedException {
    try (BrokerLink link = new BrokerLink(client(found), this::findAgain)) {
      // Until there is work, nothing is lost by cutting off a call that waits for the broker.
      CompletableFuture<Void> cutOff = ending.thenRun(link::close);
      Optional<NodeRegistered> registered = firstRegistration(link);
      if (registered.isEmpty() || !cutOff.cancel(false)) {
        return true;
      }
      return work(link, registered.get());
    }
  }

  private Optional<NodeRegistered> firstRegistration(BrokerLink link) throws InterruptedException {
    try {
      CompletableFuture.anyOf(scanned, ending).join();
      if (ending.isDone()) {
        return Optional.empty();
      }
      report = scanned.join();
      NodeRegistered registered = register(link);
      leasesMax = link.call(BrokerClient::limits).leasesPerNodeMax();
      sayWhatItCan(scanned.join());
      return Optional.of(registered);
    } catch (BrokerProblem e) {
      LOG.error("{}. This node cannot work for it", e.getMessage());
      ending.complete(ExitCode.NO_BROKER);
      return Optional.empty();
    } catch (InterruptedException e) {
      if (ending.isDone()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private NodeRegistered register(BrokerLink link) throws InterruptedException, BrokerProblem {
    NodeReport current = current(inUse());
    return link.call(broker -> broker.register(current));
  }

  private InUse inUse() {
    return new InUse(shelf.loaded(), shelf.lent());
  }

  private NodeReport current(InUse inUse) {
    List<CapabilityView> lent = override.leftOf(LentCapabilities.of(inUse.lent()));
    return Objects.requireNonNull(report).withMore(lent).withLoaded(inUse.loaded());
  }

  private void sayWhatItCan(NodeReport report) {
    List<String> can = report.capabilities().stream().map(NodeAgent::words).toList();
    LOG.info("Node '{}' ({}) has {} workers and can: {}", report.name(), node, workers, can);
    report
        .detail()
        .path("missing")
        .forEach(
            m -> LOG.info("Missing {}: {}", m.path("what").asText(), m.path("reason").asText()));
  }

  private static String words(CapabilityView can) {
    String model = can.modelName() == null ? "" : " " + can.modelName();
    return can.kind() + model + " on " + can.device();
  }

  private boolean work(BrokerLink link, NodeRegistered registered) throws InterruptedException {
    Blobs blobs = new Blobs(link);
    ChunkLinesCache cache = new ChunkLinesCache();
    WeightCache weights = new WeightCache(config.home().weights(), blobs);
    Path lent = config.home().lent();
    WorkLoop loop =
        new WorkLoop(
            node,
            link,
            registered,
            () -> register(link),
            workers,
            leasesMax,
            config.costMax(),
            () ->
                new Executors(
                    List.of(
                        new ChunkExecutor(blobs, shelf, config.reader()),
                        new EmbedExecutor(blobs, shelf, cache),
                        new GenerateExecutor(blobs, servers))),
            () ->
                new Executors(
                    List.of(new ShardForwardExecutor(blobs, shelf, weights, lent, workers))),
            outOfMemory -> {
              LOG.error("Out of memory; handing everything back and ending", outOfMemory);
              fail();
            });
    boolean quiet;
    try {
      watchUntilEnd(link);
    } finally {
      LOG.info("Stopping: no more work is taken, and what is not done is handed back");
      quiet = loop.stop(config.stopTime());
    }
    return quiet;
  }

  /// Looks again at what this machine can do, and registers again when that has changed.
  private void watchUntilEnd(BrokerLink link) throws InterruptedException {
    long scannedAt = System.nanoTime();
    while (!endingOrChangeWithin(config.watchTime())) {
      boolean changed = watch.changed();
      if (changed
          || servers.changed()
          || System.nanoTime() - scannedAt >= config.rescanTime().toNanos()) {
        scannedAt = System.nanoTime();
        rescan(changed);
      }
      if ((unsaid || !inUse().equals(said)) && !ending.isDone()) {
        sayWhatHasChanged(link);
      }
    }
  }

  private void rescan(boolean changed) throws InterruptedException {
    try {
      if (changed) {
        override = CapabilityOverride.read(overrideFile, config.capabilities() != null, KINDS);
        shelf.reopen();
      }
      NodeReport fresh = scan.scan(node, name, config.submitters(), config.ramMiB(), override);
      if (!ending.isDone() && CapabilityScan.differ(fresh, Objects.requireNonNull(report))) {
        report = fresh;
        unsaid = true;
      }
    } catch (Refused e) {
      LOG.error("{}. What was said before stays in force", e.getMessage());
    }
  }

  /// Tried once at a time: this thread also has to hear that the node is to stop, and the broker
  /// may be away for long.
  private void sayWhatHasChanged(BrokerLink link) throws InterruptedException {
    InUse now = inUse();
    NodeReport current = current(now);
    try {
      link.once(broker -> broker.register(current));
      if (unsaid || !now.lent().equals(said.lent())) {
        unsaid = false;
        sayWhatItCan(current);
      }
      said = now;
    } catch (IOException e) {
      LOG.debug("What has changed is reported later: {}", e.getMessage());
    } catch (BrokerProblem e) {
      if (!e.passing()) {
        unsaid = false;
        said = now;
        LOG.error("Expected to report what has changed, but: {}", e.getMessage());
      }
    }
  }

  private void firstScan() {
    try {
      scanned.complete(scan.scan(node, name, config.submitters(), config.ramMiB(), override));
    } catch (InterruptedException e) {
      scanned.completeExceptionally(e);
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      scanned.completeExceptionally(e);
      throw e;
    }
  }

  private boolean scanEnded() throws InterruptedException {
    try {
      scanned.get(SCAN_END_TIME.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  /// @return whether it ended before the time was over
  private boolean endingWithin(Duration within) throws InterruptedException {
    try {
      ending.get(within.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Nothing completes this with an error", e);
    }
  }

  /// Also returns early when a model is lent or taken back: its tasks come to this node as long as
  /// the broker believes that it has the model.
  ///
  /// @return whether it is ending
  private boolean endingOrChangeWithin(Duration within) throws InterruptedException {
    CompletableFuture<Void> change = shelf.change();
    if (!shelf.lent().equals(said.lent())) {
      // It changed since it was said last, or could not be said.
      return endingWithin(SOON);
    }
    try {
      CompletableFuture.anyOf(ending, change).get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Nothing completes this with an error", e);
    }
    return ending.isDone();
  }

  private @Nullable BrokerClient findAgain() throws InterruptedException {
    return search.look(LOOK_TIME) instanceof Location.Here(FoundBroker broker)
        ? client(broker)
        : null;
  }

  private BrokerClient client(FoundBroker broker) {
    return new BrokerClient(http, broker.url(), broker.token());
  }
}
