package org.mycoswarm.broker.upload;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.BlobTooLarge;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.UploadView;

/// What has come out of one archive so far. Holds the limits, by bytes that were really read. One
/// thread at a time.
final class Unpacked {
  private final BlobStore blobs;
  private final UploadLimits limits;
  private final SortedMap<String, Manifest.FileEntry> files = new TreeMap<>();
  private final List<Manifest.SkippedFile> skipped = new ArrayList<>();
  private int entries;
  private long bytes;
  private long bytesRead;

  Unpacked(BlobStore blobs, UploadLimits limits) {
    this.blobs = blobs;
    this.limits = limits;
  }

  /// Counts an entry of any sort.
  void entry() throws UploadRefused {
    if (++entries > limits.entriesMax()) {
      throw UploadRefused.tooLarge("entries", limits.entriesMax());
    }
  }

  void skip(String path, String reason) throws UploadRefused {
    skipped.add(new Manifest.SkippedFile(path, reason));
    checkFiles();
  }

  /// Stores one file, or skips it with the reason. Reads the content to its end in any case.
  void file(EntryName name, InputStream content) throws IOException {
    InputStream bounded = new Bounded(content, name.path());
    String refusal = name.refusal();
    if (refusal != null) {
      skip(name.path(), refusal);
    } else if (files.containsKey(name.path())) {
      skip(name.path(), "the archive has this path twice, and the first one was taken");
    } else {
      store(name.path(), bounded);
    }
    bounded.transferTo(OutputStream.nullOutputStream());
  }

  /// Stores the manifest, after which the archive has been taken.
  UploadView finish() throws IOException {
    skipped.sort(Comparator.comparing(Manifest.SkippedFile::path));
    Manifest manifest = new Manifest(List.copyOf(files.values()), skipped);
    byte[] json = Json.LENIENT.writeValueAsBytes(manifest);
    StoredBlob blob = blobs.put(new ByteArrayInputStream(json), json.length);
    return new UploadView(blob.hash().hex(), files.size(), bytes, skipped);
  }

  private void store(String path, InputStream content) throws IOException {
    try {
      StoredBlob blob = blobs.put(content, limits.documentBytesMax());
      files.put(path, new Manifest.FileEntry(path, blob.hash().hex(), blob.bytes()));
      bytes += blob.bytes();
      checkFiles();
    } catch (BlobTooLarge _) {
      skip(path, "it is larger than %,d bytes".formatted(limits.documentBytesMax()));
    }
  }

  private void checkFiles() throws UploadRefused {
    if (files.size() + skipped.size() > limits.uploadFilesMax()) {
      throw UploadRefused.tooLarge("files", limits.uploadFilesMax());
    }
  }

  /// The content of one entry: counts what is really read, and tells a damaged archive from a disk
  /// that fails.
  private final class Bounded extends FilterInputStream {
    private final String path;

    Bounded(InputStream in, String path) {
      super(in);
      this.path = path;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read;
      try {
        read = in.read(into, from, length);
      } catch (UploadRefused e) {
        throw e;
      } catch (IOException e) {
        throw UploadRefused.unreadable(
            "it is damaged or ends inside '%s' (%s)".formatted(path, e.getMessage()));
      }
      bytesRead += Math.max(read, 0);
      if (bytesRead > limits.uploadBytesMax()) {
        throw UploadRefused.tooLarge("bytes when unpacked", limits.uploadBytesMax());
      }
      return read;
    }

    @Override
    public long skip(long n) throws IOException {
      return readNBytes((int) Math.min(n, 1 << 16)).length;
    }

    /// The archive goes on behind this entry.
    @Override
    public void close() {}
  }
}
