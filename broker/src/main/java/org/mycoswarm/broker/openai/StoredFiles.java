package org.mycoswarm.broker.openai;

import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.BlobStore.StoredBlob;

/// The files of the interface: records of the log, which keep their blobs. Thread-safe.
public final class StoredFiles {
  private static final String SPACE = "file";

  private final Records records;
  private final BlobStore blobs;
  private final Supplier<String> ids;
  private final InstantSource clock;

  /// @param ids makes ids that no file has
  public StoredFiles(Records records, BlobStore blobs, Supplier<String> ids, InstantSource clock) {
    this.records = records;
    this.blobs = blobs;
    this.ids = ids;
    this.clock = clock;
  }

  StoredFile add(String filename, String purpose, StoredBlob blob) {
    return add("file-" + ids.get(), filename, purpose, blob);
  }

  /// @param id the same again for the same file
  StoredFile add(String id, String filename, String purpose, StoredBlob blob) {
    StoredFile file =
        new StoredFile(
            id,
            blob.bytes(),
            clock.instant().getEpochSecond(),
            filename,
            purpose,
            blob.hash().hex());
    records.put(SPACE, id, Documents.write(file), null, List.of(blob.hash()));
    return file;
  }

  /// @throws OpenAiError 404
  StoredFile get(String id) {
    return find(id)
        .orElseThrow(
            () ->
                OpenAiError.notFound(
                    "id", "No such File object: " + id.substring(0, Math.min(100, id.length()))));
  }

  private Optional<StoredFile> find(String id) {
    return Documents.isName(id) ? records.get(SPACE, id).map(StoredFiles::read) : Optional.empty();
  }

  /// All of them, the newest first.
  List<StoredFile> all() {
    return records.all(SPACE).stream()
        .map(StoredFiles::read)
        .sorted(
            Comparator.comparingLong(StoredFile::createdAt)
                .thenComparing(StoredFile::id)
                .reversed())
        .toList();
  }

  void delete(StoredFile file) {
    records.remove(SPACE, file.id(), null);
  }

  /// @throws IOException when the bytes are not here
  InputStream open(StoredFile file) throws IOException {
    return blobs
        .open(file.hash())
        .orElseThrow(
            () ->
                new IOException(
                    "Expected the bytes of file '%s', but they are not here".formatted(file.id())));
  }

  private static StoredFile read(RecordVersion record) {
    return Documents.read(record.json(), StoredFile.class);
  }
}
