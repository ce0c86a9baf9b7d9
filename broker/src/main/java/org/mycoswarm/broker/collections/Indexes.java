package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.search.IndexSettings;
import org.mycoswarm.search.LuceneIndex;
import org.mycoswarm.search.VectorIndex;

/// The indexes on the disk, one folder a generation, each opened when it is first asked for and
/// then once. Thread-safe.
public final class Indexes implements AutoCloseable {
  private record Key(CollectionName collection, int generation) {}

  private record Open(VectorIndex index, String model) {}

  private final Path folder;
  private final Map<Key, Open> open = new HashMap<>();
  private boolean closed;

  /// @param folder for all of them
  public Indexes(Path folder) {
    this.folder = folder;
  }

  /// @throws IOException when it cannot be opened; the message is for people
  synchronized VectorIndex index(CollectionName collection, Generation generation)
      throws IOException {
    if (closed) {
      throw new IOException("Expected the indexes to be open, but the broker stops");
    }
    Key key = new Key(collection, generation.number());
    Open known = open.get(key);
    if (known == null) {
      known =
          new Open(
              LuceneIndex.open(
                  path(key),
                  new IndexSettings(generation.model(), generation.dimension(), generation.cut())),
              generation.model());
      open.put(key, known);
    }
    return known.index();
  }

  /// Closes an index, which forgets what was not committed; it is opened again when it is asked
  /// for.
  synchronized void forget(CollectionName collection, Generation generation) {
    Open known = open.remove(new Key(collection, generation.number()));
    if (known != null) {
      known.index().close();
    }
  }

  /// The vectors of those of these chunks that an open index of the model has.
  Map<String, float[]> vectors(String model, Collection<String> hashes) {
    Map<String, float[]> found = new HashMap<>();
    Set<String> missing = new HashSet<>(hashes);
    for (VectorIndex index : ofModel(model)) {
      if (missing.isEmpty()) {
        break;
      }
      Map<String, float[]> some = index.vectors(missing);
      found.putAll(some);
      missing.removeAll(some.keySet());
    }
    return found;
  }

  /// Which blobs open indexes need for building another generation.
  public Set<BlobHash> texts() {
    Set<BlobHash> texts = new HashSet<>();
    for (VectorIndex index : ofModel(null)) {
      index.documents(
          document -> {
            if (document.textBlob() != null) {
              texts.add(new BlobHash(document.textBlob()));
            }
          });
    }
    return texts;
  }

  private synchronized List<VectorIndex> ofModel(@Nullable String model) {
    return open.values().stream()
        .filter(one -> model == null || one.model().equals(model))
        .map(Open::index)
        .toList();
  }

  /// Closes and deletes an index; one that is not there is no mistake.
  synchronized void delete(CollectionName collection, int generation) throws IOException {
    Key key = new Key(collection, generation);
    Open known = open.remove(key);
    if (known != null) {
      known.index().close();
    }
    deleteAll(path(key));
  }

  synchronized void deleteAll(CollectionName collection) throws IOException {
    for (Key key : List.copyOf(open.keySet())) {
      if (key.collection().equals(collection)) {
        delete(collection, key.generation());
      }
    }
    deleteAll(folder.resolve(collection.value()));
  }

  private Path path(Key key) {
    return folder.resolve(key.collection().value()).resolve("generation-" + key.generation());
  }

  private static void deleteAll(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public synchronized void close() {
    closed = true;
    open.values().forEach(one -> one.index().close());
    open.clear();
  }
}
