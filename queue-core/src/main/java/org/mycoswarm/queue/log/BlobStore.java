package org.mycoswarm.queue.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.mycoswarm.queue.domain.BlobHash;

/// Bytes named by their SHA-256. What [#put] returned is on disk: only then may an event refer to
/// it. Thread-safe.
public interface BlobStore {
  /// Stores a stream to its end. Storing what is there already costs a hash and makes it young
  /// again for [#collect].
  ///
  /// @param bytesMax more than this is refused and leaves nothing behind
  /// @throws BlobTooLarge when the stream is longer than `bytesMax`
  /// @throws IOException when the stream or the disk fails; nothing is left behind
  StoredBlob put(InputStream bytes, long bytesMax) throws IOException;

  /// Opens a blob; the stream checks the hash and throws [LogDamaged] at its end when the bytes are
  /// not those that were stored.
  Optional<InputStream> open(BlobHash hash) throws IOException;

  /// The size in bytes, when the blob is here.
  Optional<Long> size(BlobHash hash);

  /// The file of a blob, when it is here, for those who read only parts of it: their hashes are not
  /// known here, so whoever reads must know them. The file is never written to.
  Optional<Path> file(BlobHash hash);

  /// Makes a blob young again for [#collect], because somebody is about to refer to it.
  ///
  /// @return whether it is here; when true it stays for the collector's grace time at least
  boolean touch(BlobHash hash) throws IOException;

  /// Deletes every blob that is older than `before` and that nobody refers to.
  ///
  /// @return how many were deleted
  int collect(Instant before, Predicate<BlobHash> referredTo) throws IOException;

  /// @param isNew false when the same bytes were here already
  record StoredBlob(BlobHash hash, long bytes, boolean isNew) {}

  /// A stream was longer than its caller allowed.
  final class BlobTooLarge extends IOException {
    private static final long serialVersionUID = 1;

    public BlobTooLarge(long bytesMax) {
      super(
          String.format(
              Locale.ROOT,
              "Expected at most %,d bytes, but the stream is longer; nothing was stored",
              bytesMax));
    }
  }
}
