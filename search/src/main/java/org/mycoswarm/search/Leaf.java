package org.mycoswarm.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.QueryBitSetProducer;
import org.apache.lucene.util.BitSet;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.VectorUtil;
import org.jspecify.annotations.Nullable;

/// The blocks of one Lucene segment, by the number of the whole within the segment. For one thread;
/// any order of calls.
final class Leaf {
  static final BitSetProducer WHOLES = new QueryBitSetProducer(Block.WHOLES);

  private final LeafReaderContext context;
  private final @Nullable BitSet wholes;
  private @Nullable FloatVectorValues vectors;
  private KnnVectorValues.@Nullable DocIndexIterator at;

  Leaf(LeafReaderContext context) throws IOException {
    this.context = context;
    this.wholes = WHOLES.getBitSet(context);
  }

  LeafReaderContext context() {
    return context;
  }

  boolean isChunk(int number) {
    return wholes == null || !wholes.get(number);
  }

  int firstChunk(int whole) {
    return whole == 0 ? 0 : bits().prevSetBit(whole - 1) + 1;
  }

  int wholeOf(int chunk) {
    return bits().nextSetBit(chunk);
  }

  DocumentState state(int whole) throws IOException {
    BinaryDocValues states = context.reader().getBinaryDocValues(Block.STATE);
    if (states == null || !states.advanceExact(whole)) {
      throw new IOException(
          "Expected a document's state at %d, but there is none; build the index anew"
              .formatted(whole));
    }
    return Packed.state(bytes(states.binaryValue()));
  }

  Packed.StoredChunk chunk(StoredFields stored, int chunk) throws IOException {
    return Packed.chunk(
        bytes(stored.document(chunk, Set.of(Block.CHUNK)).getBinaryValue(Block.CHUNK)));
  }

  /// The cosine of this vector and that of a chunk.
  float cosine(float[] vector, int chunk) throws IOException {
    return VectorUtil.cosine(vector, shared(chunk));
  }

  /// The greatest cosine of this vector and that of a chunk of the document; NaN if it has none.
  float closest(float[] vector, int whole) throws IOException {
    float closest = Float.NaN;
    for (int chunk = firstChunk(whole); chunk < whole; chunk++) {
      float cosine = cosine(vector, chunk);
      closest = cosine > closest || Float.isNaN(closest) ? cosine : closest;
    }
    return closest;
  }

  /// A copy of a chunk's vector.
  float[] vector(int chunk) throws IOException {
    return shared(chunk).clone();
  }

  /// Valid until the next call.
  private float[] shared(int chunk) throws IOException {
    KnnVectorValues.DocIndexIterator position = at;
    if (position == null || position.docID() > chunk) {
      vectors = context.reader().getFloatVectorValues(Block.VECTOR);
      position = vectors == null ? null : vectors.iterator();
      at = position;
    }
    if (vectors == null
        || position == null
        || (position.docID() < chunk && position.advance(chunk) != chunk)) {
      throw new IOException(
          "Expected a vector for chunk %d, but there is none; build the index anew"
              .formatted(chunk));
    }
    return vectors.vectorValue(position.index());
  }

  private static byte[] bytes(BytesRef slice) {
    return Arrays.copyOfRange(slice.bytes, slice.offset, slice.offset + slice.length);
  }

  private BitSet bits() {
    if (wholes == null) {
      throw new IllegalStateException("Expected documents in this segment, but there are none");
    }
    return wholes;
  }
}
