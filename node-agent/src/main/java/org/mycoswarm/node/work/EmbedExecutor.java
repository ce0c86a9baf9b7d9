package org.mycoswarm.node.work;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.Tokenizer;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.LeaseGrant;

/// Turns chunks or texts into vectors, one text at a time: a vector then depends on its text and
/// model alone. Keeps its models loaded between tasks.
public final class EmbedExecutor implements TaskExecutor {
  public static final String KIND = "embed";

  /// Weights are large and each worker has its own; more than two models at a time are rare.
  private static final int LOADED_MAX = 2;

  private static final int BLOB_BYTES_MAX = 256 << 20;

  private final Blobs blobs;
  private final ModelShelf shelf;
  private final ChunkLinesCache cache;
  private @Nullable Wanted current;
  private final Map<String, Embedder> loaded = new LinkedHashMap<>(4, 0.75f, true);

  public EmbedExecutor(Blobs blobs, ModelShelf shelf, ChunkLinesCache cache) {
    this.blobs = blobs;
    this.shelf = shelf;
    this.cache = cache;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public TaskResult execute(LeaseGrant task, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    long start = System.nanoTime();
    current = wanted;
    dropWhatIsGone();
    EmbedPayload payload = Payloads.read(task, EmbedPayload.class);
    String digest = Payloads.required(task, "model", payload.model());
    Model model = Payloads.model(shelf, digest);
    Embedder embedder = embedder(model);
    Rows rows = new Rows(embedder, Boolean.TRUE.equals(payload.partial()));
    try {
      addAll(task, payload, model, rows, wanted);
    } catch (TaskFailed e) {
      wanted.check();
      throw e;
    }
    String vectors = blobs.put(NpyMatrix.write(rows.vectors(), model.dimension()));
    return new TaskResult(
        rows.detail(vectors, shelf.runtime().device().name()),
        List.of(vectors),
        Map.of(
            "vectors",
            (long) rows.vectors().size(),
            "tokens",
            rows.tokens(),
            "millis",
            millisSince(start)),
        List.of());
  }

  private void addAll(LeaseGrant task, EmbedPayload payload, Model model, Rows rows, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    List<List<Integer>> ids = payload.ids();
    if (ids == null) {
      String prefix = prefix(payload.role(), model);
      for (String text : texts(task, payload)) {
        wanted.check();
        rows.add(prefix + text);
      }
    } else {
      for (List<Integer> one : ids) {
        wanted.check();
        rows.add(Payloads.required(task, "ids", one).stream().mapToLong(id -> id).toArray());
      }
    }
    rows.end();
  }

  private static String prefix(@Nullable String role, Model model) throws TaskFailed {
    return switch (role) {
      case null -> model.passagePrefix();
      case EmbedPayload.PASSAGE -> model.passagePrefix();
      case EmbedPayload.QUERY -> model.queryPrefix();
      case EmbedPayload.PLAIN -> "";
      default ->
          throw TaskFailed.forGood(
              "Expected the role '%s', '%s' or '%s' in a task of kind '%s', but it is '%s'"
                  .formatted(
                      EmbedPayload.PASSAGE, EmbedPayload.QUERY, EmbedPayload.PLAIN, KIND, role));
    };
  }

  private List<String> texts(LeaseGrant task, EmbedPayload payload)
      throws TaskFailed, BrokerProblem, InterruptedException {
    List<String> texts = payload.texts();
    if (texts != null) {
      for (String text : texts) {
        Payloads.required(task, "texts", text);
      }
      return texts;
    }
    String blob = Payloads.required(task, "chunks", payload.chunks());
    int from = Payloads.required(task, "from", payload.from());
    int to = Payloads.required(task, "to", payload.to());
    return lines(blob).texts(from, to);
  }

  private ChunkLines lines(String blob) throws TaskFailed, BrokerProblem, InterruptedException {
    Optional<ChunkLines> known = cache.get(blob);
    if (known.isPresent()) {
      return known.get();
    }
    ChunkLines lines = new ChunkLines(blobs.get("the chunks", blob, BLOB_BYTES_MAX));
    cache.put(blob, lines);
    return lines;
  }

  private Embedder embedder(Model model) throws TaskFailed {
    Embedder known = loaded.get(model.digest());
    if (known != null) {
      return known;
    }
    if (loaded.size() >= LOADED_MAX) {
      var eldest = loaded.entrySet().iterator();
      Embedder leaving = eldest.next().getValue();
      leaving.close();
      shelf.unloaded(leaving.model().digest());
      eldest.remove();
    }
    try {
      Embedder fresh = fresh(model);
      loaded.put(model.digest(), fresh);
      shelf.loaded(model.digest());
      return fresh;
    } catch (ModelFailure e) {
      throw TaskFailed.retryable(String.valueOf(e.getMessage()));
    }
  }

  /// A model that this node has whole, or one that runs in stages of which one is here.
  private Embedder fresh(Model model) {
    String digest = model.digest();
    return shelf.isWhole(digest)
        ? shelf.runtime().embedder(model)
        : new PipelineEmbedder(
            model,
            Tokenizer.load(model.tokenizer()),
            blobs::forward,
            () -> shelf.isLent(digest),
            this::isWanted);
  }

  private boolean isWanted() {
    try {
      if (current != null) {
        current.check();
      }
      return true;
    } catch (Unwanted e) {
      return false;
    }
  }

  /// Models that were lent, and are not any more.
  private void dropWhatIsGone() {
    List<Embedder> gone =
        loaded.values().stream()
            .filter(embedder -> embedder instanceof PipelineEmbedder)
            .filter(embedder -> !shelf.isLent(embedder.model().digest()))
            .toList();
    for (Embedder embedder : gone) {
      loaded.remove(embedder.model().digest());
      embedder.close();
      shelf.unloaded(embedder.model().digest());
    }
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  @Override
  public void close() {
    loaded.values().forEach(Embedder::close);
    loaded.keySet().forEach(shelf::unloaded);
    loaded.clear();
  }
}
