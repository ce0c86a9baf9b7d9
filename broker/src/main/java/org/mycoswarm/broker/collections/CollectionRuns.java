package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.CollectionRefused.Cause;
import org.mycoswarm.broker.collections.IndexRun.Outcome;
import org.mycoswarm.broker.embedding.NoVector;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.broker.webhooks.ReportHook;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CollectionView;
import org.mycoswarm.schema.wire.IndexRequest;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunView;
import org.mycoswarm.search.Stats;
import org.mycoswarm.search.VectorIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The collections and the runs that bring them up to date: one run of a collection at a time, each
/// on a thread of its own. What is under way when the broker stops goes on at its next start.
/// Thread-safe.
public final class CollectionRuns implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CollectionRuns.class);
  private static final int RUNNING_MAX = 8;
  private static final int COLLECTIONS_MAX = 1_000;
  private static final int CHUNK_TOKENS = 200;
  private static final int CHUNK_TOKENS_MIN = 16;
  private static final int TOKENS_MAX_UNKNOWN = 8_192;
  private static final int OVERLAP_TOKENS = 20;

  /// How often a node is looked for that says how long a model's vectors are, a second apart.
  private static final int DIMENSION_TRIES = 60;

  /// How long the vectors of a model are.
  @FunctionalInterface
  public interface Dimensions {
    /// Has a node embed something.
    ///
    /// @param model digest
    /// @throws NoVector when no node did
    int of(String model) throws InterruptedException;
  }

  /// @param models finds a model by name or digest; the usual one for null
  /// @param dimensions of models of which only nodes know it
  /// @param ids makes ids that no job has
  /// @param hook hears of every report
  /// @param fileBytesMax larger files are left out
  /// @param chunker version of what cuts; another one than a collection was cut with builds a new
  ///     generation
  public record Parts(
      Records records,
      Work work,
      BlobStore blobs,
      Indexes indexes,
      FolderRule folders,
      Function<@Nullable String, EmbeddingModel> models,
      Dimensions dimensions,
      Supplier<String> ids,
      ReportHook hook,
      long fileBytesMax,
      String chunker) {}

  private static final class Running {
    private final RunPause pause = new RunPause();
    private volatile @Nullable IndexRun course;
    private @Nullable Thread thread;
  }

  private final Collections collections;
  private final CollectionHistory history;
  private final Parts parts;
  private final RunPlans plans;
  private final Map<CollectionName, Running> running = new HashMap<>();
  private boolean closed;

  public CollectionRuns(Parts parts) {
    this.collections = new Collections(parts.records());
    this.history = new CollectionHistory(parts.records(), parts.blobs());
    this.parts = parts;
    this.plans = new RunPlans(parts.blobs(), parts.fileBytesMax());
  }

  /// Opens what is served, and goes on with every run that had not ended.
  public synchronized void resume() {
    collections
        .all()
        .forEach(
            (name, state) -> {
              open(name, state);
              if (state.run() != null && state.run().isRunning()) {
                LOG.info("Run {} of collection '{}' goes on", state.run().id(), name);
                begin(name);
              }
            });
  }

  private void open(CollectionName name, CollectionState state) {
    if (state.serving() != null) {
      try {
        parts.indexes().index(name, state.serving());
      } catch (IOException e) {
        LOG.warn("Collection '{}' cannot be searched: {}", name, e.getMessage());
      }
    }
  }

  /// Starts a run that brings the collection up to date, and makes the collection if it is new.
  ///
  /// @throws CollectionRefused when a run goes on, or the folder cannot be used; nothing was
  ///     changed
  public RunView start(CollectionName name, IndexRequest request) {
    return start(name, request, null);
  }

  /// Starts a run unless one was started for the same cause before.
  ///
  /// @param cause who begins it, when that is no person
  /// @throws CollectionRefused when a run goes on, or the folder cannot be used; nothing was
  ///     changed
  public synchronized RunView start(
      CollectionName name, IndexRequest request, @Nullable String cause) {
    CollectionState state = collections.get(name).orElse(CollectionState.NEW);
    Optional<RunState> known = state.runs().filter(run -> isOf(cause, run)).findFirst();
    if (known.isPresent()) {
      return view(name, known.get());
    }
    requireRoom(name, state);
    String folder = folder(name, state, request);
    Generation wanted = wanted(state, request);
    RunState run =
        new RunState(
            parts.ids().get(),
            cause,
            RunState.RUNNING,
            null,
            wanted.number(),
            Instant.now(),
            null,
            request.manifest(),
            Boolean.TRUE.equals(request.audit()),
            Boolean.TRUE.equals(request.allowEmpty()),
            null,
            null,
            Map.of());
    collections.change(name, before -> before.begun(folder, wanted, run));
    begin(name);
    return view(name, run);
  }

  private void requireRoom(CollectionName name, CollectionState state) {
    if (state.run() != null && state.run().isRunning()) {
      throw new CollectionRefused(
          Cause.BUSY,
          "Expected no run of collection '%s', but run '%s' goes on; nothing was started. Wait for its end, or cancel it"
              .formatted(name, state.run().id()));
    }
    if (running.size() >= RUNNING_MAX) {
      throw new CollectionRefused(
          Cause.TOO_MANY,
          "Expected fewer than %d runs at a time; nothing was started. Try again when one has ended"
              .formatted(RUNNING_MAX));
    }
    if (state.generations() == 0 && collections.all().size() >= COLLECTIONS_MAX) {
      throw new CollectionRefused(
          Cause.TOO_MANY,
          "Expected at most %,d collections; nothing was started. Delete one"
              .formatted(COLLECTIONS_MAX));
    }
  }

  private @Nullable String folder(
      CollectionName name, CollectionState state, IndexRequest request) {
    if (request.folder() != null && request.manifest() != null) {
      throw new CollectionRefused(
          Cause.FOLDER,
          "Expected either 'folder' or 'manifest', but found both; nothing was changed");
    }
    if (request.manifest() != null) {
      return null;
    }
    String folder = request.folder() == null ? state.folder() : request.folder();
    if (folder == null) {
      throw new CollectionRefused(
          Cause.FOLDER,
          "Expected the folder of collection '%s', but there is none yet; nothing was changed. Name one"
              .formatted(name));
    }
    return parts.folders().check(folder).toString();
  }

  /// The generation that serves, if it was made as is wanted now; else a new one.
  private Generation wanted(CollectionState state, IndexRequest request) {
    Generation serving = state.serving();
    EmbeddingModel model = model(serving, request.model());
    int tokensMax = model.tokensMax() > 0 ? model.tokensMax() : TOKENS_MAX_UNKNOWN;
    int chunk =
        between(
            "chunkTokens",
            firstOf(
                request.chunkTokens(),
                serving == null ? null : serving.chunkTokens(),
                CHUNK_TOKENS),
            CHUNK_TOKENS_MIN,
            tokensMax);
    int overlap =
        between(
            "overlapTokens",
            firstOf(
                request.overlapTokens(),
                serving == null ? null : serving.overlapTokens(),
                Math.min(OVERLAP_TOKENS, (chunk - 1) / 2)),
            0,
            (chunk - 1) / 2);
    Generation wanted =
        new Generation(
            state.generations() + 1,
            model.digest(),
            model.name(),
            model.dimension(),
            chunk,
            overlap,
            parts.chunker());
    return serving != null && serving.isLike(wanted) ? serving : wanted;
  }

  private EmbeddingModel model(@Nullable Generation serving, @Nullable String wanted) {
    return parts.models().apply(wanted == null && serving != null ? serving.model() : wanted);
  }

  private static int firstOf(@Nullable Integer wanted, @Nullable Integer before, int usual) {
    return Optional.ofNullable(wanted).or(() -> Optional.ofNullable(before)).orElse(usual);
  }

  private static int between(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "Expected %s of %d to %d, but it is %d; nothing was changed"
              .formatted(what, least, most, value));
    }
    return value;
  }

  private void begin(CollectionName name) {
    if (closed) {
      return; // it goes on at the next start
    }
    Running run = new Running();
    running.put(name, run);
    run.thread =
        Thread.ofPlatform().name("index-" + name).start(() -> carryOutAndForget(name, run));
  }

  private void carryOutAndForget(CollectionName name, Running run) {
    try {
      carryOut(name, run);
    } catch (InterruptedException e) {
      LOG.info("The run of collection '{}' goes on when the broker starts again", name);
    } catch (IOException | RuntimeException | RunFailed e) {
      fail(name, e);
    } finally {
      synchronized (this) {
        running.remove(name, run); // the next one may have begun
      }
    }
  }

  private void carryOut(CollectionName name, Running running)
      throws IOException, InterruptedException, RunFailed {
    learnDimension(name, running.pause);
    CollectionState state = collections.get(name).orElseThrow();
    Generation target = state.target();
    VectorIndex index = parts.indexes().index(name, target);
    RunState run = Objects.requireNonNull(state.run());
    RunPlan plan = plan(name, state, index, running.pause);
    Work work = new PatientWork(parts.work(), running.pause);
    IndexRun course =
        new IndexRun(
            new IndexRun.Parts(
                work,
                parts.blobs(),
                index,
                hashes -> parts.indexes().vectors(target.model(), hashes),
                target,
                name.value(),
                run.id()),
            plan,
            running.pause);
    running.course = course;
    Outcome outcome = course.carryOut();
    RunReport report = new RunReports(work).of(name.value(), run, target, plan, outcome, index);
    String blob = plans.keep(report);
    collections.change(
        name,
        now -> {
          RunState ended =
              Objects.requireNonNull(now.run())
                  .ended(report.state(), null, report.endedAt(), blob, report.counts());
          return outcome.cancelled() ? now.givenUp(ended) : now.done(ended);
        });
    LOG.info(
        "Run {} of collection '{}' {}: {}, {} chunks embedded",
        run.id(),
        name,
        report.state(),
        report.counts(),
        report.chunksEmbedded());
    parts.hook().send(name.value(), Json.LENIENT.valueToTree(report));
    deleteUnused(name);
  }

  /// Of a model that only nodes have, one of them says how long its vectors are.
  private void learnDimension(CollectionName name, RunPause pause)
      throws InterruptedException, RunFailed {
    Generation target = collections.get(name).orElseThrow().target();
    if (target.dimension() > 0) {
      return;
    }
    for (int tries = 1; ; tries++) {
      try {
        int dimension = parts.dimensions().of(target.model());
        collections.change(name, now -> now.building(dimension));
        return;
      } catch (NoVector e) {
        boolean hopeless = e.why() == NoVector.Cause.FAILED || e.why() == NoVector.Cause.TOO_LONG;
        if (hopeless || tries == DIMENSION_TRIES || pause.isCancelled()) {
          throw new RunFailed(
              "Expected a node to say how long the vectors of the model are, but none did; the collection is as it was. "
                  + e.getMessage());
        }
      }
      pause.await(Duration.ofSeconds(1));
    }
  }

  private RunPlan plan(
      CollectionName name, CollectionState state, VectorIndex index, RunPause pause)
      throws IOException, RunFailed, InterruptedException {
    RunState run = Objects.requireNonNull(state.run());
    if (run.plan() != null) {
      RunPlan known = plans.read(run.plan());
      if (!plans.areHere(known.contents())) {
        throw new RunFailed(
            "Expected what was to be read in the blob store, but some of it is gone: the broker was away for too long. The collection is as it was; run it again");
      }
      return known;
    }
    VectorIndex serving =
        state.building() == null || state.serving() == null
            ? null
            : parts.indexes().index(name, state.serving());
    RunPlan plan = plans.make(state, index, serving, pause);
    String blob = plans.keep(plan);
    collections.change(name, now -> now.running(Objects.requireNonNull(now.run()).planned(blob)));
    return plan;
  }

  private void fail(CollectionName name, Exception failure) {
    String why = String.valueOf(failure.getMessage());
    LOG.warn("The run of collection '{}' failed: {}", name, why, failure);
    try {
      CollectionState state = collections.get(name).orElse(CollectionState.NEW);
      if (state.run() == null || !state.run().isRunning()) {
        return;
      }
      // What was put and not committed must not be committed by the next run.
      parts.indexes().forget(name, state.target());
      RunReport report =
          RunReports.failed(
              name.value(), state.run(), state.target(), why, stats(name, state.serving()));
      String blob = keepIfPossible(report);
      collections.change(
          name,
          now ->
              now.givenUp(
                  Objects.requireNonNull(now.run())
                      .ended("failed", why, report.endedAt(), blob, Map.of())));
      parts.hook().send(name.value(), Json.LENIENT.valueToTree(report));
      deleteUnused(name);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "That run {} failed could not be written down; it goes on at the next start", name, e);
    }
  }

  /// Perhaps the run failed because the disk is full; whoever waits for its end hears of it all the
  /// same.
  private @Nullable String keepIfPossible(RunReport report) {
    try {
      return plans.keep(report);
    } catch (IOException e) {
      LOG.warn("The report of run {} could not be kept: {}", report.run(), e.getMessage());
      return null;
    }
  }

  /// Generations that neither serve nor can be gone back to.
  private void deleteUnused(CollectionName name) throws IOException {
    CollectionState state = collections.get(name).orElse(CollectionState.NEW);
    for (int number = 1; number <= state.generations(); number++) {
      if (!isNumber(state.serving(), number)
          && !isNumber(state.previous(), number)
          && !isNumber(state.building(), number)) {
        parts.indexes().delete(name, number);
      }
    }
  }

  private static boolean isNumber(@Nullable Generation generation, int number) {
    return generation != null && generation.number() == number;
  }

  /// Ends the run that goes on; what it has done so far stays.
  ///
  /// @throws CollectionRefused when there is no such run
  public RunView cancel(CollectionName name, String run) {
    RunState state = history.run(name, run);
    if (state.isRunning()) {
      synchronized (this) {
        Running now = running.get(name);
        if (now != null) {
          now.pause.cancel();
        }
      }
    }
    return view(name, state);
  }

  /// Goes back to the generation that served before.
  ///
  /// @throws CollectionRefused when there is none, or a run goes on
  public synchronized CollectionView rollBack(CollectionName name) {
    CollectionState state = history.known(name);
    requireRoom(name, state);
    if (state.previous() == null) {
      throw new CollectionRefused(
          Cause.NOTHING_THERE,
          "Expected a generation of collection '%s' that served before, but there is none; nothing was changed"
              .formatted(name));
    }
    return view(name, collections.change(name, CollectionState::rolledBack));
  }

  /// Deletes a collection with its index. Its folder is not touched.
  ///
  /// @throws CollectionRefused when a run goes on
  public synchronized void delete(CollectionName name) throws IOException {
    requireRoom(name, history.known(name));
    collections.remove(name);
    parts.indexes().deleteAll(name);
  }

  public List<CollectionView> all() {
    List<CollectionView> views = new ArrayList<>();
    collections.all().forEach((name, state) -> views.add(view(name, state)));
    return views;
  }

  /// @throws CollectionRefused when there is none
  public CollectionView collection(CollectionName name) {
    return view(name, history.known(name));
  }

  /// The runs of a collection, newest first: the one that goes on, and the last ones.
  ///
  /// @throws CollectionRefused when there is no such collection
  public List<RunView> runs(CollectionName name) {
    return history.known(name).runs().map(run -> view(name, run)).toList();
  }

  /// @throws CollectionRefused when there is no such run
  public RunView view(CollectionName name, String run) {
    return view(name, history.run(name, run));
  }

  /// @return empty when the run has no report: it goes on, or failed and its report could not be
  ///     kept
  /// @throws CollectionRefused when there is no such run
  public Optional<RunReport> report(CollectionName name, String run) throws IOException {
    return history.report(name, run);
  }

  /// What serves, for whoever wants to take it elsewhere.
  ///
  /// @throws CollectionRefused when nothing serves yet
  public CollectionExport export(CollectionName name) throws IOException {
    Serving serving = serving(name);
    return new CollectionExport(serving.index(), serving.generation().dimension());
  }

  /// What answers searches.
  record Serving(VectorIndex index, Generation generation, @Nullable Path folder) {}

  /// @throws CollectionRefused when nothing serves yet
  Serving serving(CollectionName name) throws IOException {
    CollectionState state = history.known(name);
    Generation generation = state.serving();
    if (generation == null) {
      throw new CollectionRefused(
          Cause.NOTHING_THERE,
          "Expected collection '%s' to be searchable, but its first run has not ended; ask again then"
              .formatted(name));
    }
    return new Serving(
        parts.indexes().index(name, generation),
        generation,
        state.folder() == null ? null : Path.of(state.folder()));
  }

  /// The run that was begun for a cause, whichever collection it is of.
  public Optional<RunView> begunFor(String cause) {
    for (Map.Entry<CollectionName, CollectionState> each : collections.all().entrySet()) {
      Optional<RunState> run = each.getValue().runs().filter(one -> isOf(cause, one)).findFirst();
      if (run.isPresent()) {
        return Optional.of(view(each.getKey(), run.get()));
      }
    }
    return Optional.empty();
  }

  /// The folder that a run of the collection would look at, when it lies on this machine.
  public Optional<Path> folderOf(CollectionName name, @Nullable String folder) {
    String wanted =
        folder == null ? collections.get(name).map(CollectionState::folder).orElse(null) : folder;
    return wanted == null ? Optional.empty() : Optional.of(parts.folders().check(wanted));
  }

  private static boolean isOf(@Nullable String cause, RunState run) {
    return cause != null && cause.equals(run.cause());
  }

  private CollectionView view(CollectionName name, CollectionState state) {
    return CollectionHistory.view(
        name,
        state,
        stats(name, state.serving()),
        state.run() == null ? null : view(name, state.run()));
  }

  private Stats stats(CollectionName name, @Nullable Generation serving) {
    try {
      return serving == null ? new Stats(0, 0, 0) : parts.indexes().index(name, serving).stats();
    } catch (IOException e) {
      LOG.warn("Collection '{}' cannot be looked at: {}", name, e.getMessage());
      return new Stats(0, 0, 0);
    }
  }

  private RunView view(CollectionName name, RunState run) {
    IndexRun course = null;
    if (run.isRunning()) {
      synchronized (this) {
        Running now = running.get(name);
        course = now == null ? null : now.course;
      }
    }
    return CollectionHistory.view(
        name,
        run,
        course == null
            ? run.isRunning() ? new RunView.Progress("scan", 0, 0, 0, 0, 0, null) : null
            : course.progress());
  }

  /// Stops every run where it is; they go on at the next start.
  @Override
  public void close() {
    List<Running> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(running.values());
    }
    all.forEach(run -> run.pause.stop());
    for (Running run : all) {
      try {
        if (run.thread != null) {
          run.thread.join();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
