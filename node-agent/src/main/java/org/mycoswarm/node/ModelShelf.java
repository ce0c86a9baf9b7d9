package org.mycoswarm.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.inference.OnnxRuntime;

/// The models of this machine and what computes with them. Any thread.
public final class ModelShelf implements AutoCloseable {
  private final Path folder;
  private final Path natives;
  private volatile ModelStore models;
  private final Map<String, Integer> holders = new ConcurrentHashMap<>();
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
