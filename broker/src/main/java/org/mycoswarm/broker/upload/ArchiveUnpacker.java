package org.mycoswarm.broker.upload;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.UploadView;

/// Unpacks an archive into blobs, and a manifest of them. What it is, is told by its first bytes
/// and by nothing else. The same files give the same manifest, however they were packed.
/// Thread-safe.
public final class ArchiveUnpacker {
  private static final int BLOCK = 512;

  private final BlobStore blobs;
  private final UploadLimits limits;
  private final Path temporary;

  /// @param temporary folder for zip archives while they are read; created when it is needed
  public ArchiveUnpacker(BlobStore blobs, UploadLimits limits, Path temporary) {
    this.blobs = blobs;
    this.limits = limits;
    this.temporary = temporary;
  }

  /// @param archive a tar, tar.gz or zip; read to its end, not closed
  /// @throws UploadRefused when it is none, too large, or damaged; no manifest exists then
  /// @throws IOException when the disk fails
  public UploadView unpack(InputStream archive) throws IOException {
    Unpacked into = new Unpacked(blobs, limits);
    BufferedInputStream in = new BufferedInputStream(archive, 1 << 16);
    byte[] start = peek(in);
    if (isZip(start)) {
      ZipArchiveFile.unpack(in, temporary, limits, into);
    } else if (isGzip(start)) {
      BufferedInputStream tar = new BufferedInputStream(gunzip(in), 1 << 16);
      requireTar(peek(tar), "its first bytes, unzipped,");
      TarArchive.unpack(tar, into);
    } else {
      requireTar(start, "its first bytes");
      TarArchive.unpack(in, into);
    }
    return into.finish();
  }

  private static InputStream gunzip(InputStream in) throws IOException {
    try {
      return new GZIPInputStream(in, 1 << 16);
    } catch (IOException e) {
      throw UploadRefused.unreadable("its gzip header is damaged (%s)".formatted(e.getMessage()));
    }
  }

  private static byte[] peek(BufferedInputStream in) throws IOException {
    in.mark(BLOCK);
    try {
      return in.readNBytes(BLOCK);
    } catch (IOException e) {
      throw UploadRefused.unreadable("it ends in its first bytes (%s)".formatted(e.getMessage()));
    } finally {
      in.reset();
    }
  }

  /// The first file's header, or the end of a zip without files.
  private static boolean isZip(byte[] start) {
    return startsWith(start, 'P', 'K', 3, 4) || startsWith(start, 'P', 'K', 5, 6);
  }

  private static boolean isGzip(byte[] start) {
    return startsWith(start, 0x1f, 0x8b);
  }

  private static boolean startsWith(byte[] start, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if (i >= start.length || start[i] != (byte) bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /// A tar begins with a header that has its own checksum; an empty one with zeros.
  private static void requireTar(byte[] start, String what) throws UploadRefused {
    if (start.length == BLOCK && (TarUtils.verifyCheckSum(start) || isZeros(start))) {
      return;
    }
    if (start.length == 0) {
      throw UploadRefused.unsupported("it is empty");
    }
    String shown = HexFormat.of().formatHex(start, 0, Math.min(start.length, 8));
    throw UploadRefused.unsupported("%s are those of something else (%s)".formatted(what, shown));
  }

  private static boolean isZeros(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
