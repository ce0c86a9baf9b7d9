package org.mycoswarm.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexCommit;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.index.MultiTerms;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;

/// One commit of a [LuceneIndex], read. For one thread, and for as long as its searcher is held.
final class LuceneSnapshot {
  private final IndexSearcher searcher;

  LuceneSnapshot(IndexSearcher searcher) {
    this.searcher = searcher;
  }

  IndexSearcher searcher() {
    return searcher;
  }

  Map<String, String> note() throws IOException {
    Map<String, String> note = new HashMap<>(commit().getUserData());
    note.keySet().removeIf(key -> key.startsWith(LuceneIndex.OURS));
    return note;
  }

  Stats stats() throws IOException {
    IndexReader reader = searcher.getIndexReader();
    long documents = searcher.count(Block.WHOLES);
    long bytes = 0;
    for (String file : commit().getFileNames()) {
      bytes += commit().getDirectory().fileLength(file);
    }
    return new Stats(documents, reader.numDocs() - documents, bytes);
  }

  void states(Consumer<DocumentState> each) throws IOException {
    wholesByPath((leaf, whole) -> each.accept(leaf.state(whole)));
  }

  void contents(Consumer<IndexedDocument> each) throws IOException {
    wholesByPath((leaf, whole) -> each.accept(document(leaf, whole)));
  }

  Optional<IndexedDocument> first(String field, String value) throws IOException {
    for (LeafReaderContext context : searcher.getIndexReader().leaves()) {
      int whole = first(context, new Term(field, value));
      if (whole != DocIdSetIterator.NO_MORE_DOCS) {
        return Optional.of(document(new Leaf(context), whole));
      }
    }
    return Optional.empty();
  }

  Optional<float[]> vector(String hash) throws IOException {
    for (LeafReaderContext context : searcher.getIndexReader().leaves()) {
      int chunk = first(context, new Term(Block.HASH, hash));
      if (chunk != DocIdSetIterator.NO_MORE_DOCS) {
        return Optional.of(new Leaf(context).vector(chunk));
      }
    }
    return Optional.empty();
  }

  private static int first(LeafReaderContext context, Term term) throws IOException {
    PostingsEnum postings = context.reader().postings(term, PostingsEnum.NONE);
    if (postings == null) {
      return DocIdSetIterator.NO_MORE_DOCS;
    }
    Bits live = context.reader().getLiveDocs();
    int found = postings.nextDoc();
    while (found != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(found)) {
      found = postings.nextDoc();
    }
    return found;
  }

  private interface Whole {
    void at(Leaf leaf, int whole) throws IOException;
  }

  /// Terms come in the order of their UTF-8 bytes, which is that of code points.
  private void wholesByPath(Whole each) throws IOException {
    IndexReader reader = searcher.getIndexReader();
    Terms paths = MultiTerms.getTerms(reader, Block.PATH);
    if (paths == null) {
      return;
    }
    List<Leaf> leaves = new ArrayList<>();
    for (LeafReaderContext context : reader.leaves()) {
      leaves.add(new Leaf(context));
    }
    Bits live = MultiBits.getLiveDocs(reader);
    TermsEnum path = paths.iterator();
    PostingsEnum postings = null;
    while (path.next() != null) {
      postings = path.postings(postings, PostingsEnum.NONE);
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = postings.nextDoc()) {
        if (live == null || live.get(doc)) {
          Leaf leaf = leaves.get(ReaderUtil.subIndex(doc, reader.leaves()));
          each.at(leaf, doc - leaf.context().docBase);
        }
      }
    }
  }

  private static IndexedDocument document(Leaf leaf, int whole) throws IOException {
    DocumentState state = leaf.state(whole);
    StoredFields stored = leaf.context().reader().storedFields();
    List<IndexedChunk> chunks = new ArrayList<>(state.chunks());
    for (int chunk = leaf.firstChunk(whole); chunk < whole; chunk++) {
      chunks.add(leaf.chunk(stored, chunk).with(leaf.vector(chunk)));
    }
    String text = stored.document(whole, Set.of(Block.BODY)).get(Block.BODY);
    return state.with(text, chunks);
  }

  private IndexCommit commit() throws IOException {
    return ((DirectoryReader) searcher.getIndexReader()).getIndexCommit();
  }
}
