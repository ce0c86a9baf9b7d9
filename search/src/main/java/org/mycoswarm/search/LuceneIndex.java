package org.mycoswarm.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/// A [VectorIndex] in one folder, inside this process: Lucene, with a graph of neighbours over
/// vectors of one byte a number, the exact vectors beside it, and BM25.
///
/// Searches look at the last commit alone, so a writer never disturbs them. One process at a time
/// may have a folder open.
public final class LuceneIndex implements VectorIndex {
  static final String OURS = "mycoswarm.";
  private static final Similarity BM25 = new BM25Similarity(1.2f, 0.75f);
  private static final double BUFFER_MIB = 32;

  private final Path folder;
  private final IndexSettings settings;
  private final Directory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  private LuceneIndex(
      Path folder,
      IndexSettings settings,
      Directory directory,
      IndexWriter writer,
      SearcherManager searchers) {
    this.folder = folder;
    this.settings = settings;
    this.directory = directory;
    this.writer = writer;
    this.searchers = searchers;
  }

  /// Opens the index in this folder, or makes one where there is none. Reads every byte once, to
  /// see that it is as it was written.
  ///
  /// @throws IndexUnusable if the folder holds something else, an index of other settings, a
  ///     damaged
  ///     one, or one that is open already
  public static LuceneIndex open(Path folder, IndexSettings settings) throws IOException {
    Directory directory = LuceneFolder.open(folder, settings);
    try {
      IndexWriter writer = LuceneFolder.writer(folder, directory, configuration());
      try {
        if (!LuceneFolder.holdsCommit(directory)) {
          writer.setLiveCommitData(LuceneFolder.commitData(settings, Map.of()).entrySet());
          writer.commit();
        }
        return new LuceneIndex(
            folder, settings, directory, writer, new SearcherManager(directory, searcher()));
      } catch (IOException | RuntimeException e) {
        writer.rollback();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  @Override
  public void put(IndexedDocument document) {
    for (IndexedChunk chunk : document.chunks()) {
      settings.check(
          chunk.vector(), "chunk %d of '%s'".formatted(chunk.ordinal(), document.path()));
    }
    write(() -> writer.updateDocuments(Block.key(document.path()), Block.of(document)));
  }

  @Override
  public void remove(String path) {
    write(() -> writer.deleteDocuments(Block.key(path)));
  }

  @Override
  public void commit(Map<String, String> note) throws IOException {
    try {
      writer.setLiveCommitData(LuceneFolder.commitData(settings, note).entrySet());
      writer.commit();
      searchers.maybeRefreshBlocking();
    } catch (AlreadyClosedException e) {
      throw closed(e);
    }
  }

  @Override
  public Map<String, String> committed() {
    return read(snapshot -> snapshot.note());
  }

  @Override
  public void documents(Consumer<DocumentState> each) {
    read(
        snapshot -> {
          snapshot.states(each);
          return true;
        });
  }

  @Override
  public void contents(Consumer<IndexedDocument> each) {
    read(
        snapshot -> {
          snapshot.contents(each);
          return true;
        });
  }

  @Override
  public Optional<IndexedDocument> document(String path) {
    return read(snapshot -> snapshot.first(Block.PATH, path));
  }

  @Override
  public Optional<IndexedDocument> documentOf(String contentHash) {
    return read(snapshot -> snapshot.first(Block.CONTENT, contentHash));
  }

  @Override
  public Map<String, float[]> vectors(Collection<String> chunkHashes) {
    return read(
        snapshot -> {
          Map<String, float[]> found = new HashMap<>();
          for (String hash : chunkHashes) {
            snapshot.vector(hash).ifPresent(vector -> found.put(hash, vector));
          }
          return found;
        });
  }

  @Override
  public List<Found> search(Query query) {
    float[] vector = query.vector();
    if (vector != null) {
      settings.check(vector, "the question");
    }
    return read(snapshot -> new LuceneSearch(snapshot.searcher(), query).find());
  }

  @Override
  public Stats stats() {
    return read(LuceneSnapshot::stats);
  }

  @Override
  public void close() {
    try {
      writer.rollback();
      searchers.close();
      directory.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Writing {
    void run() throws IOException;
  }

  private interface Reading<T> {
    T from(LuceneSnapshot snapshot) throws IOException;
  }

  private void write(Writing writing) {
    try {
      writing.run();
    } catch (AlreadyClosedException e) {
      throw closed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One commit, held open for as long as the reading lasts.
  private <T> T read(Reading<T> reading) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return reading.from(new LuceneSnapshot(searcher));
      } finally {
        searchers.release(searcher);
      }
    } catch (AlreadyClosedException e) {
      throw closed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private IllegalStateException closed(AlreadyClosedException cause) {
    return new IllegalStateException(
        "Expected the index in '%s' to be open, but it was closed%s; open it again"
            .formatted(folder, cause.getCause() == null ? "" : " by " + cause.getCause()),
        cause);
  }

  private static IndexWriterConfig configuration() {
    return new IndexWriterConfig(Words.ANALYZER)
        .setSimilarity(BM25)
        .setCodec(new QuantisedVectors())
        .setRAMBufferSizeMB(BUFFER_MIB)
        .setCommitOnClose(false);
  }

  private static SearcherFactory searcher() {
    return new SearcherFactory() {
      @Override
      public IndexSearcher newSearcher(IndexReader reader, @Nullable IndexReader previous) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(BM25);
        return searcher;
      }
    };
  }

  /// A [org.apache.lucene.codecs.FilterCodec] with another `knnVectorsFormat()` would index and
  /// then find nothing, without an error: only this method may be overridden. Files are read with
  /// the format that they name themselves.
  private static final class QuantisedVectors extends Lucene104Codec {
    private final KnnVectorsFormat format = new Lucene104HnswScalarQuantizedVectorsFormat(16, 100);

    @Override
    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
      return format;
    }
  }
}
