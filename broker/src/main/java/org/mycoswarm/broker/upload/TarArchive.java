package org.mycoswarm.broker.upload;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/// Unpacks a tar while it arrives.
final class TarArchive {
  /// Long names and extended headers are read into memory by the library, whatever size they claim.
  private static final long HEADER_BYTES_MAX = 1 << 20;

  private static final int END_BYTES = 1_024;

  private TarArchive() {}

  static void unpack(InputStream in, Unpacked into) throws IOException {
    Headers headers = new Headers(in);
    try (TarArchiveInputStream tar = new TarArchiveInputStream(headers, "UTF-8")) {
      for (TarArchiveEntry entry = next(tar, headers); entry != null; entry = next(tar, headers)) {
        into.entry();
        take(entry, tar, into);
      }
      // A tar that was cut between two files looks like one that ends there, but for its last mark.
      headers.transferTo(OutputStream.nullOutputStream());
      if (headers.zeros < END_BYTES) {
        throw UploadRefused.unreadable("its end is missing");
      }
    }
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, Headers headers)
      throws IOException {
    headers.begin();
    try {
      return tar.getNextEntry();
    } catch (UploadRefused e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw UploadRefused.unreadable(
          "it is damaged or ends between two files (%s)".formatted(e.getMessage()));
    } finally {
      headers.end();
    }
  }

  private static void take(TarArchiveEntry entry, TarArchiveInputStream tar, Unpacked into)
      throws IOException {
    if (entry.isDirectory()) {
      return;
    }
    EntryName name = EntryName.of(entry.getName());
    if (name.refusal() == null) {
      name = new EntryName(name.path(), refusal(entry, tar));
    }
    into.file(name, tar);
  }

  private static @Nullable String refusal(TarArchiveEntry entry, TarArchiveInputStream tar) {
    if (entry.isSymbolicLink() || entry.isLink()) {
      return "it is a link to '%s', and links are not followed"
          .formatted(EntryName.of(entry.getLinkName()).path());
    }
    // The library calls a device a file, too.
    boolean device = entry.isBlockDevice() || entry.isCharacterDevice() || entry.isFIFO();
    if (device || !entry.isFile()) {
      return "it is a device or something else that is no file";
    }
    return tar.canReadEntryData(entry) ? null : "it is stored in a way that cannot be read";
  }

  /// Watches what is read between the contents of two files.
  private static final class Headers extends FilterInputStream {
    private boolean between;
    private long left;

    /// How many zero bytes have come last since the content of the last file.
    private long zeros;

    Headers(InputStream in) {
      super(in);
    }

    void begin() {
      between = true;
      left = HEADER_BYTES_MAX;
      zeros = 0;
    }

    void end() {
      between = false;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = in.read(into, from, length);
      for (int i = from; i < from + read; i++) {
        zeros = into[i] == 0 ? zeros + 1 : 0;
      }
      left -= Math.max(read, 0);
      if (between && left < 0) {
        throw UploadRefused.tooLarge("bytes in the header of one file", HEADER_BYTES_MAX);
      }
      return read;
    }

    @Override
    public long skip(long n) throws IOException {
      return readNBytes((int) Math.min(n, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
