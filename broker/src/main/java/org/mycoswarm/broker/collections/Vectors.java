package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.results.NpyReader;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;

/// Where the vectors of a run are: row by row in the blobs that nodes stored. Keeps only some of
/// them in memory. For one thread.
final class Vectors {
  private static final int BLOBS_IN_MEMORY = 256;

  private record Place(String blob, int row) {}

  private final BlobStore blobs;
  private final int dimension;
  private final Map<String, Place> places = new HashMap<>();
  private final Map<String, List<float[]>> read =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<float[]>> eldest) {
          return size() > BLOBS_IN_MEMORY;
        }
      };

  Vectors(BlobStore blobs, int dimension) {
    this.blobs = blobs;
    this.dimension = dimension;
  }

  /// @param hashes of the chunks, in the order of the blob's rows
  void found(List<String> hashes, String blob) {
    for (int row = 0; row < hashes.size(); row++) {
      places.putIfAbsent(hashes.get(row), new Place(blob, row));
    }
  }

  boolean has(String hash) {
    return places.containsKey(hash);
  }

  int size() {
    return places.size();
  }

  /// @throws IOException when its blob is damaged or of another shape
  float @Nullable [] get(String hash) throws IOException {
    Place place = places.get(hash);
    if (place == null) {
      return null;
    }
    List<float[]> rows = read.get(place.blob());
    if (rows == null) {
      rows = rows(place.blob());
      read.put(place.blob(), rows);
    }
    if (place.row() >= rows.size()) {
      throw new IOException(
          "Expected row %d in vectors blob '%s', but it has %d"
              .formatted(place.row(), place.blob(), rows.size()));
    }
    return rows.get(place.row());
  }

  private List<float[]> rows(String blob) throws IOException {
    InputStream in =
        blobs
            .open(new BlobHash(blob))
            .orElseThrow(
                () ->
                    new IOException("Expected vectors blob '%s', but it is gone".formatted(blob)));
    try (NpyReader npy = new NpyReader(in, blob)) {
      if (npy.dimension() != dimension) {
        throw new IOException(
            "Expected vectors of %d numbers in blob '%s', but they have %d"
                .formatted(dimension, blob, npy.dimension()));
      }
      List<float[]> rows = new ArrayList<>(npy.rows());
      for (int row = 0; row < npy.rows(); row++) {
        rows.add(npy.row());
      }
      return rows;
    }
  }
}
