package org.mycoswarm.node;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Model;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.inference.OnnxRuntime;

/// The models of this machine and what computes with them. Any thread.
public final class ModelShelf implements AutoCloseable {
  private final Path folder;
  private final Path natives;
  private volatile ModelStore models;
  private final Map<String, Integer> holders = new ConcurrentHashMap<>();
  private final Map<String, Lent> lent = new ConcurrentHashMap<>();
  private volatile CompletableFuture<Void> change = new CompletableFuture<>();
  private @Nullable OnnxRuntime runtime;
  private @Nullable ModelFailure failure;

  /// @param natives where the library that computes is unpacked
  public ModelShelf(Path folder, Path natives) {
    this.folder = folder;
    this.natives = natives;
    this.models = ModelStore.open(folder);
  }

  public Path folder() {
    return folder;
  }

  public ModelStore models() {
    return models;
  }

  /// A model that runs in stages of which one is this node's, and for how many it is.
  private record Lent(Model model, int stages) {}

  /// The model with this digest: of the folder, or lent.
  public Optional<Model> model(String digest) {
    return models.byDigest(digest).or(() -> Optional.ofNullable(lent.get(digest)).map(Lent::model));
  }

  /// Whether this machine has the model with this digest whole.
  public boolean isWhole(String digest) {
    return models.byDigest(digest).isPresent();
  }

  /// Whether the model with this digest can be used here, because a stage of it is.
  public boolean isLent(String digest) {
    return lent.containsKey(digest);
  }

  /// The models that are lent now, in the order of their digests.
  public List<Model> lent() {
    return lent.values().stream()
        .map(Lent::model)
        .sorted(Comparator.comparing(Model::digest))
        .toList();
  }

  /// From now on this node cuts documents for the model and embeds with it: it runs in stages, and
  /// whoever has the first one knows its tokens. [#takeBack] must follow.
  public void lend(Model model) {
    lent.merge(model.digest(), new Lent(model, 1), (a, _) -> new Lent(a.model(), a.stages() + 1));
    changed();
  }

  public void takeBack(Model model) {
    lent.computeIfPresent(
        model.digest(),
        (_, known) -> known.stages() > 1 ? new Lent(known.model(), known.stages() - 1) : null);
    changed();
  }

  private synchronized void changed() {
    CompletableFuture<Void> before = change;
    change = new CompletableFuture<>();
    before.complete(null);
  }

  /// Done when something is lent or taken back the next time.
  CompletableFuture<Void> change() {
    return change;
  }

  /// Reads the folder again.
  public void reopen() {
    models = ModelStore.open(folder);
  }

  /// Started when it is first needed. When that failed once it is not tried again.
  ///
  /// @throws ModelFailure if there is no native library for this machine
  public synchronized OnnxRuntime runtime() {
    if (failure != null) {
      throw failure;
    }
    if (runtime == null) {
      try {
        runtime = OnnxRuntime.start(natives);
      } catch (ModelFailure e) {
        failure = e;
        throw e;
      }
    }
    return runtime;
  }

  /// A worker has loaded the model with this digest.
  public void loaded(String digest) {
    holders.merge(digest, 1, Integer::sum);
  }

  /// A worker has let go of a model that it had loaded.
  public void unloaded(String digest) {
    holders.computeIfPresent(digest, (_, count) -> count > 1 ? count - 1 : null);
  }

  /// Digests of the models that some worker has in memory.
  public Set<String> loaded() {
    return Set.copyOf(holders.keySet());
  }

  /// No thread may be computing any more.
  @Override
  public synchronized void close() {
    if (runtime != null) {
      runtime.close();
    }
  }
}
