package org.mycoswarm.queue.log.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.LogDamaged;

/// Reads a blob and holds back its last bytes until the hash of all of them is right. So a reader
/// who counts bytes, and never asks for the end, is not deceived either.
final class VerifiedBlob extends InputStream {
  private final Path file;
  private final BlobHash hash;
  private final InputStream bytes;
  private final MessageDigest sha256 = sha256();
  private final long size;
  private long read;
  private boolean isVerified;

  VerifiedBlob(Path file, BlobHash hash) throws IOException {
    this.file = file;
    this.hash = hash;
    this.size = Files.size(file);
    this.bytes = Files.newInputStream(file);
  }

  @Override
  public int read(byte[] into, int from, int count) throws IOException {
    int got = bytes.read(into, from, count);
    if (got > 0) {
      sha256.update(into, from, got);
      read += got;
    }
    if ((got < 0 || read >= size) && !isVerified) {
      verify();
    }
    return got;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  private void verify() {
    String found = HexFormat.of().formatHex(sha256.digest());
    if (!found.equals(hash.hex())) {
      throw new LogDamaged(
          String.format(
              Locale.ROOT,
              "Expected the blob %s in '%s', but its %,d bytes have the SHA-256 %s. Its last bytes were held back; storing the same blob again repairs it, or put back an undamaged copy of the file.",
              hash,
              file,
              read,
              found));
    }
    isVerified = true;
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Expected SHA-256 in every JDK", impossible);
    }
  }
}
