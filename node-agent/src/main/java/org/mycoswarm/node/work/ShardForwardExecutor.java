package org.mycoswarm.node.work;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.inference.shard.ChatTemplate;
import org.mycoswarm.inference.shard.StageRefused;
import org.mycoswarm.inference.shard.StageRunner;
import org.mycoswarm.inference.shard.StageSpec;
import org.mycoswarm.inference.shard.WeightFile;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.client.Backoff;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.node.client.StageConnection;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.schema.wire.StagePayload;
import org.mycoswarm.schema.wire.StageWeight;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.FrameDamaged;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Is one stage of a pipeline for as long as it holds the lease: fetches the stage's graph and only
/// its own weights, loads them, and answers on a line that it opens to the broker. It never ends by
/// itself; whoever takes the lease away ends it.
public final class ShardForwardExecutor implements TaskExecutor {
  public static final String KIND = "shard-forward";

  private static final Logger LOG = LoggerFactory.getLogger(ShardForwardExecutor.class);
  private static final int MANIFEST_BYTES_MAX = 64 << 20;
  private static final int FILE_BYTES_MAX = 256 << 20;
  private static final String TOKENIZER = "tokenizer.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /// What the broker answers for a stage that is not ours to hold.
  private static final Set<Integer> GIVE_UP = Set.of(404, 409, 410);

  /// How soon it notices that its lease is gone.
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Blobs blobs;
  private final ModelShelf shelf;
  private final WeightCache cache;
  private final LentModels lent;
  private final int threads;

  /// @param lent where models are put together that a stage of an encoder brings
  /// @param threads that compute a step
  public ShardForwardExecutor(
      Blobs blobs, ModelShelf shelf, WeightCache cache, Path lent, int threads) {
    this.blobs = blobs;
    this.shelf = shelf;
    this.cache = cache;
    this.lent = new LentModels(lent, blobs);
    this.threads = threads;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public TaskResult execute(LeaseGrant task, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    StagePayload payload = Payloads.read(task, StagePayload.class);
    StageManifest manifest = manifest(Payloads.required(task, "manifest", payload.manifest()));
    try (WeightCache.Use files = cache.use()) {
      return held(task, payload, manifest, files, wanted);
    }
  }

  private TaskResult held(
      LeaseGrant task,
      StagePayload payload,
      StageManifest manifest,
      WeightCache.Use files,
      Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    long start = System.nanoTime();
    StageSpec spec = fetched(manifest, files, wanted);
    wanted.check();
    try (StageRunner runner = StageRunner.open(shelf.runtime(), spec);
        Words words = words(manifest, files)) {
      LOG.info(
          "Stage {} of {} of the pipeline '{}' is loaded: {} weights, {} MiB, after {} ms",
          payload.stage() + 1,
          payload.stages(),
          payload.pipeline(),
          spec.weights().size(),
          spec.weights().stream().mapToLong(WeightFile::bytes).sum() >> 20,
          (System.nanoTime() - start) / 1_000_000);
      StageDesk desk =
          new StageDesk(runner, manifest, payload.epoch(), words.tokenizer(), words.template());
      return lending(manifest, () -> serve(payload, task.lease(), desk, wanted));
    } catch (StageRefused e) {
      throw TaskFailed.forGood(String.valueOf(e.getMessage()));
    } catch (ModelFailure e) {
      throw TaskFailed.retryable(String.valueOf(e.getMessage()));
    } finally {
      LOG.info("Stage {} of the pipeline '{}' is let go", payload.stage() + 1, payload.pipeline());
    }
  }

  /// What is done while a model is lent.
  @FunctionalInterface
  private interface Service {
    TaskResult serve() throws TaskFailed, Unwanted, InterruptedException;
  }

  /// Who has the first stage of an encoder makes tokens of documents for it, and vectors of what
  /// the last stage gives.
  private TaskResult lending(StageManifest manifest, Service service)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    Optional<Model> model = lent.of(manifest);
    model.ifPresent(shelf::lend);
    try {
      return service.serve();
    } finally {
      model.ifPresent(shelf::takeBack);
    }
  }

  private StageManifest manifest(String blob)
      throws TaskFailed, BrokerProblem, InterruptedException {
    byte[] bytes = blobs.get("what a stage is made of", blob, MANIFEST_BYTES_MAX);
    try {
      return Json.LENIENT.readValue(bytes, StageManifest.class);
    } catch (IOException e) {
      throw TaskFailed.forGood(
          "Expected in the blob '%s' what a stage is made of, but: %s"
              .formatted(blob, e.getMessage()));
    }
  }

  private StageSpec fetched(StageManifest manifest, WeightCache.Use files, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    List<WeightFile> weights = new ArrayList<>();
    for (StageWeight weight : manifest.weights()) {
      wanted.check();
      weights.add(fetched(weight, files));
    }
    return new StageSpec(
        small("the graph", manifest.graph(), files),
        weights,
        manifest.kvBytesMax(),
        manifest.contextMax(),
        threads,
        manifest.last() && !manifest.encoder());
  }

  private static WeightFile fetched(StageWeight weight, WeightCache.Use files)
      throws TaskFailed, BrokerProblem, InterruptedException {
    try {
      Path file =
          files.get(
              new WeightCache.Wish(
                  "the weight '%s'".formatted(weight.name()),
                  weight.blob(),
                  weight.offset(),
                  weight.bytes(),
                  weight.sha256()));
      ElementType type = ElementType.of(weight.type());
      return new WeightFile(weight.name(), type, weight.shape(), file, 0);
    } catch (IllegalArgumentException e) {
      throw TaskFailed.forGood(String.valueOf(e.getMessage()));
    }
  }

  /// A blob as a whole, as a file.
  private Path small(String what, String blob, WeightCache.Use files)
      throws TaskFailed, BrokerProblem, InterruptedException {
    return files.keep(blob, blobs.get(what, blob, FILE_BYTES_MAX));
  }

  /// What a stage needs that reads or writes text.
  private record Words(@Nullable Tokenizer tokenizer, ChatTemplate template)
      implements AutoCloseable {
    @Override
    public void close() {
      if (tokenizer != null) {
        tokenizer.close();
      }
    }
  }

  private Words words(StageManifest manifest, WeightCache.Use files)
      throws TaskFailed, BrokerProblem, InterruptedException {
    String tokenizer = manifest.files().get(TOKENIZER);
    String config = manifest.files().get(TOKENIZER_CONFIG);
    try {
      ChatTemplate template =
          manifest.chat() != null
              ? ChatTemplate.named(manifest.chat())
              : config == null
                  ? ChatTemplate.PLAIN
                  : ChatTemplate.of(small("the chat", config, files));
      return new Words(
          tokenizer == null ? null : Tokenizer.load(small("the tokenizer", tokenizer, files)),
          template);
    } catch (IOException | IllegalArgumentException e) {
      throw TaskFailed.forGood(String.valueOf(e.getMessage()));
    }
  }

  /// Until the lease is lost or the node stops: both end it by [Unwanted].
  private TaskResult serve(StagePayload payload, String lease, StageDesk desk, Wanted wanted)
      throws TaskFailed, Unwanted, InterruptedException {
    String said = "";
    int failures = 0;
    while (true) {
      wanted.check();
      try (StageConnection line = blobs.line(payload, lease, Frame.BYTES_MAX)) {
        failures = 0;
        said = "";
        answer(line, desk, wanted);
      } catch (IOException | FrameDamaged | BrokerProblem e) {
        requireOurs(e);
        String why = String.valueOf(e.getMessage());
        if (!why.equals(said)) {
          said = why;
          LOG.warn(
              "Expected to answer for stage {} of the pipeline '{}', but: {}; opening the line anew",
              payload.stage() + 1,
              payload.pipeline(),
              why);
        }
        pause(++failures, wanted);
      }
    }
  }

  /// The stage is somebody else's now, or there is no such pipeline any more.
  private static void requireOurs(Exception e) throws TaskFailed {
    if (e instanceof BrokerProblem problem && GIVE_UP.contains(problem.status())) {
      throw TaskFailed.retryable(String.valueOf(e.getMessage()));
    }
  }

  private static void answer(StageConnection line, StageDesk desk, Wanted wanted)
      throws IOException, Unwanted, InterruptedException {
    while (true) {
      ByteBuffer message = line.take(LOOK);
      wanted.check();
      if (message != null) {
        line.send(desk.answer(message));
      }
    }
  }

  private static void pause(int failures, Wanted wanted) throws Unwanted, InterruptedException {
    long left = Backoff.after(failures, ThreadLocalRandom.current().nextDouble()).toMillis();
    for (; left > 0; left -= LOOK.toMillis()) {
      wanted.check();
      Thread.sleep(Math.min(left, LOOK.toMillis()));
    }
  }
}
