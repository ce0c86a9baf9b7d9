package org.mycoswarm.search;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// One generation of a collection: its documents, their chunks and vectors, all of one model.
///
/// What every adapter promises:
/// - nothing that was put or removed is seen by anybody before [#commit], and then all of it at
///   once;
/// - a commit that has returned survives a power cut; a process that is killed leaves the last
///   commit, whole;
/// - a document is replaced as a whole: never a mix of its old and its new chunks;
/// - a vector comes back bit by bit as it was put.
///
/// [#put], [#remove] and [#commit] are for one thread at a time. Everything else may be called by
/// any thread, also while another one writes or closes.
public interface VectorIndex extends AutoCloseable {

  /// Puts the document in the place of whatever has its path. Paths differ by case.
  ///
  /// @throws IllegalArgumentException if a vector is not of this generation, or the path is longer
  ///     than an index can hold
  void put(IndexedDocument document);

  /// Takes the document of this path out; of an unknown path, nothing.
  void remove(String path);

  /// Makes all that was put and removed since the last commit visible and durable.
  ///
  /// @param note what [#committed] gives back from now on, such as the position in a log. It takes
  ///     the place of the whole note before
  /// @throws IOException if it cannot be written; then nothing of it is visible, and the index must
  ///     be closed and opened again
  void commit(Map<String, String> note) throws IOException;

  /// The note of the last commit; empty if there was none.
  Map<String, String> committed();

  /// Every document as of the last commit, in the order of the paths' code points. Streams: memory
  /// does not grow with the collection.
  void documents(Consumer<DocumentState> each);

  /// Every document with its text, chunks and vectors, as of one commit, in the order of the paths'
  /// code points. Streams: one document at a time is in memory.
  void contents(Consumer<IndexedDocument> each);

  /// The document of this path as of the last commit.
  Optional<IndexedDocument> document(String path);

  /// Some document with this content as of the last commit: for moves and copies.
  Optional<IndexedDocument> documentOf(String contentHash);

  /// The vectors of those of these chunks that are here as of the last commit.
  Map<String, float[]> vectors(Collection<String> chunkHashes);

  /// The best documents for this query, best first; those with equal scores in the order of their
  /// paths.
  ///
  /// @throws IllegalArgumentException if the query's vector is not of this generation
  List<Found> search(Query query);

  /// How much is here as of the last commit.
  Stats stats();

  /// Forgets what was not committed. Searches that run end in peace; calls after it fail. Closing
  /// twice is fine.
  @Override
  void close();
}
