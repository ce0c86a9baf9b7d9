package org.mycoswarm.broker.upload;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/// Unpacks a zip. Its directory is at its end, and only there it says which entries are links and
/// how long they are: so it is written to a temporary file first.
final class ZipArchiveFile {
  private static final int TYPE_BITS = 0170000;
  private static final int REGULAR_FILE = 0100000;
  private static final int LINK = 0120000;

  private ZipArchiveFile() {}

  /// @param folder for the temporary file, which is deleted in any case
  static void unpack(InputStream in, Path folder, UploadLimits limits, Unpacked into)
      throws IOException {
    Files.createDirectories(folder);
    Path spooled = Files.createTempFile(folder, "upload-", ".zip");
    try {
      spool(in, spooled, limits.uploadBytesMax());
      ZipDirectory.check(spooled, limits);
      unpack(spooled, into);
    } finally {
      Files.deleteIfExists(spooled);
    }
  }

  private static void spool(InputStream in, Path file, long bytesMax) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long bytes = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        bytes += read;
        if (bytes > bytesMax) {
          throw UploadRefused.tooLarge("bytes", bytesMax);
        }
        out.write(buffer, 0, read);
      }
    }
  }

  private static void unpack(Path file, Unpacked into) throws IOException {
    try (ZipFile zip = open(file)) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntriesInPhysicalOrder())) {
        into.entry();
        if (!entry.isDirectory()) {
          take(zip, entry, into);
        }
      }
    }
  }

  private static ZipFile open(Path file) throws IOException {
    try {
      return ZipFile.builder().setPath(file).setCharset(UTF_8).get();
    } catch (IOException | IllegalArgumentException e) {
      throw UploadRefused.unreadable(
          "its directory is damaged or missing (%s)".formatted(e.getMessage()));
    }
  }

  private static void take(ZipFile zip, ZipArchiveEntry entry, Unpacked into) throws IOException {
    EntryName name = EntryName.of(entry.getName());
    int type = entry.getUnixMode() & TYPE_BITS;
    if (name.refusal() != null) {
      into.skip(name.path(), name.refusal());
    } else if (type == LINK) {
      into.skip(name.path(), "it is a link, and links are not followed");
    } else if (type != 0 && type != REGULAR_FILE) {
      into.skip(name.path(), "it is a device or something else that is no file");
    } else if (!zip.canReadEntryData(entry)) {
      into.skip(name.path(), "it is encrypted or compressed in a way that cannot be read");
    } else {
      store(zip, entry, name, into);
    }
  }

  private static void store(ZipFile zip, ZipArchiveEntry entry, EntryName name, Unpacked into)
      throws IOException {
    CRC32 crc = new CRC32();
    try (InputStream content = new CheckedInputStream(content(zip, entry), crc)) {
      into.file(name, content);
    }
    if (crc.getValue() != entry.getCrc()) {
      throw UploadRefused.unreadable(
          "the content of '%s' does not have its checksum".formatted(name.path()));
    }
  }

  private static InputStream content(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    try {
      return zip.getInputStream(entry);
    } catch (IOException | IllegalArgumentException e) {
      throw UploadRefused.unreadable(
          "'%s' cannot be found in it (%s)".formatted(entry.getName(), e.getMessage()));
    }
  }
}
