package org.mycoswarm.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/// A document as Lucene keeps it: one Lucene document for each chunk, and after them one for the
/// whole, next to each other for ever. Here are the names of all fields.
final class Block {
  /// On each member of a block, so that the whole block is replaced at once.
  static final String BLOCK = "block";

  /// On the whole: the same word for all, which tells it from the chunks.
  static final String WHOLE = "whole";

  static final String PATH = "path";
  static final String CONTENT = "content";
  static final String MEDIA_TYPE = "mediaType";
  static final String MODIFIED = "modified";
  static final String TEXT = "text";
  static final String STATE = "state";
  static final String BODY = "body";

  /// On each chunk.
  static final String VECTOR = "vector";

  static final String HASH = "hash";
  static final String WORDS = "words";
  static final String CHUNK = "chunk";

  static final Query WHOLES = new TermQuery(new Term(WHOLE, "1"));

  /// Which words, and how often: nobody asks for phrases.
  private static final FieldType COUNTED = counted();

  private Block() {}

  static Term key(String path) {
    return new Term(BLOCK, path);
  }

  /// The chunks in their order, the whole as the last.
  static List<Document> of(IndexedDocument document) {
    List<Document> block = new ArrayList<>(document.chunks().size() + 1);
    List<Packed.StoredChunk> stored = Packed.StoredChunk.of(document);
    for (IndexedChunk chunk : document.chunks()) {
      block.add(of(document.path(), chunk, stored.get(chunk.ordinal())));
    }
    block.add(whole(document));
    return block;
  }

  private static Document of(String path, IndexedChunk chunk, Packed.StoredChunk stored) {
    Document fields = new Document();
    fields.add(new StringField(BLOCK, path, Field.Store.NO));
    fields.add(new StringField(HASH, chunk.hash(), Field.Store.NO));
    fields.add(new Field(WORDS, chunk.text(), COUNTED));
    fields.add(new KnnFloatVectorField(VECTOR, chunk.vector(), VectorSimilarityFunction.COSINE));
    fields.add(new StoredField(CHUNK, Packed.pack(stored)));
    return fields;
  }

  private static Document whole(IndexedDocument document) {
    String title = document.title();
    Document fields = new Document();
    fields.add(new StringField(BLOCK, document.path(), Field.Store.NO));
    fields.add(new StringField(WHOLE, "1", Field.Store.NO));
    fields.add(new StringField(PATH, document.path(), Field.Store.NO));
    fields.add(new StringField(CONTENT, document.contentHash(), Field.Store.NO));
    fields.add(new StringField(MEDIA_TYPE, document.mediaType(), Field.Store.NO));
    fields.add(new LongPoint(MODIFIED, Moments.micros(document.modified())));
    fields.add(
        new Field(TEXT, title == null ? document.text() : title + "\n" + document.text(), COUNTED));
    fields.add(new BinaryDocValuesField(STATE, new BytesRef(Packed.pack(document.state()))));
    fields.add(new StoredField(BODY, document.text()));
    return fields;
  }

  private static FieldType counted() {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }
}
