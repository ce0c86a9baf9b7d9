package org.mycoswarm.broker.models;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.sharding.graph.WeightRange;

/// The SHA-256 of each weight of a model: a node that fetches a range of a file knows by it that it
/// has the right bytes.
final class WeightDigests {
  private static final int CHUNK_BYTES = 1 << 20;

  private WeightDigests() {}

  /// @throws IOException when the file cannot be read or ends before the weight does
  static String of(Path file, WeightRange weight) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = weight.offset() + weight.bytes();
      for (long at = weight.offset(); at < end; ) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
        int read = channel.read(chunk, at);
        if (read < 0) {
          throw new IOException("The file ended within weight '%s'".formatted(weight.name()));
        }
        digest.update(chunk.flip());
        at += read;
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// @return the blob they lie in
  static BlobHash store(Map<String, String> byName, BlobStore blobs) throws IOException {
    byte[] json = Json.LENIENT.writeValueAsBytes(new TreeMap<>(byName));
    return blobs.put(new ByteArrayInputStream(json), json.length).hash();
  }

  static Map<String, String> read(BlobHash blob, BlobStore blobs) {
    try (InputStream in =
        blobs
            .open(blob)
            .orElseThrow(
                () ->
                    new IOException(
                        "Expected the digests of a model in the blob '%s', but it is not there; register the model again"
                            .formatted(blob)))) {
      return Json.LENIENT.readValue(in, new TypeReference<Map<String, String>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
