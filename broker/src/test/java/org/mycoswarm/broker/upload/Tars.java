package org.mycoswarm.broker.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Makes tars, well-behaved and evil ones.
final class Tars {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  Tars() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  Tars file(String path, String content) throws IOException {
    return file(path, content.getBytes(UTF_8));
  }

  Tars file(String path, byte[] content) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path, true);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
    return this;
  }

  Tars folder(String path) throws IOException {
    return empty(new TarArchiveEntry(path + "/"));
  }

  /// A GNU header that says that the next file's name is that long.
  Tars longName(int length) throws IOException {
    TarArchiveEntry entry =
        new TarArchiveEntry(TarConstants.GNU_LONGLINK, TarConstants.LF_GNUTYPE_LONGNAME);
    entry.setSize(length);
    tar.putArchiveEntry(entry);
    tar.write("x".repeat(length).getBytes(UTF_8));
    tar.closeArchiveEntry();
    return this;
  }

  /// @param type such as [TarArchiveEntry#LF_SYMLINK]
  Tars special(String path, byte type, String target) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(path, type);
    entry.setLinkName(target);
    return empty(entry);
  }

  private Tars empty(TarArchiveEntry entry) throws IOException {
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
    return this;
  }

  byte[] bytes() throws IOException {
    tar.finish();
    return bytes.toByteArray();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
