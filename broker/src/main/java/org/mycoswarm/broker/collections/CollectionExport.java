package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mycoswarm.search.Export;
import org.mycoswarm.search.VectorIndex;

/// Writes what a collection serves, a row a chunk in the order of the paths: for whoever wants to
/// take it elsewhere. One commit, one document at a time in memory.
public final class CollectionExport {
  /// In which form.
  public enum Format {
    /// A chunk a line of JSON, with its vector.
    JSONL,
    /// The vectors alone, as a NumPy matrix of float32.
    NPY,
    /// A chunk a line of JSON without its vector: the rows of the matrix.
    INDEX,
    /// The same columns as the lines.
    PARQUET
  }

  private final VectorIndex index;
  private final int dimension;

  CollectionExport(VectorIndex index, int dimension) {
    this.index = index;
    this.dimension = dimension;
  }

  /// @throws IOException when the reader went away, or the index cannot be read
  public void write(Format format, OutputStream out) throws IOException {
    switch (format) {
      case JSONL -> Export.jsonLines(index, out);
      case INDEX -> Export.rows(index, out);
      case PARQUET -> Export.parquet(index, out);
      case NPY -> writeMatrix(out);
    }
  }

  /// How many rows there are stands at its start and is known at its end, so that a file is in
  /// between.
  private void writeMatrix(OutputStream out) throws IOException {
    Path matrix = Files.createTempFile("mycoswarm-", ".npy");
    try {
      Export.numpy(index, dimension, matrix, OutputStream.nullOutputStream());
      Files.copy(matrix, out);
    } finally {
      Files.delete(matrix);
    }
  }
}
