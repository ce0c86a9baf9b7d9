package org.mycoswarm.broker.collections;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.FolderListing.LeftOut;
import org.mycoswarm.broker.collections.RunPlan.Content;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.Manifest;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunReport.Failure;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.search.DocumentState;
import org.mycoswarm.search.VectorIndex;

/// Makes the plan of a run, with the contents that nodes will have to read in the blob store, and
/// keeps it as a blob.
final class RunPlans {
  /// A file that grows all the time is left for another night.
  private static final int LOOKS = 3;

  private static final long PLAN_BYTES_MAX = 1L << 30;

  private final BlobStore blobs;
  private final long fileBytesMax;

  /// @param fileBytesMax larger files are left out
  RunPlans(BlobStore blobs, long fileBytesMax) {
    this.blobs = blobs;
    this.fileBytesMax = fileBytesMax;
  }

  /// @param index that is to become equal to the folder
  /// @param serving the one that answers searches, when it is another
  /// @throws InterruptedException when the broker stops
  /// @throws RunFailed when the folder cannot be used as it is
  /// @throws IOException when the store or the index refuses
  RunPlan make(
      CollectionState state, VectorIndex index, @Nullable VectorIndex serving, RunPause pause)
      throws IOException, RunFailed, InterruptedException {
    RunState run = Objects.requireNonNull(state.run());
    List<DocumentState> documents = new ArrayList<>();
    index.documents(documents::add);
    FolderListing listing =
        run.manifest() == null
            ? scan(state, run, pause)
            : uploaded(run.manifest(), run.startedAt());
    boolean something =
        !documents.isEmpty() || (serving != null && serving.stats().documents() > 0);
    if (listing.files().isEmpty() && something && !run.allowEmpty()) {
      throw new RunFailed(
          "Expected files in the folder, but found none; the collection is as it was. Is a disk missing? If it is meant to be empty, run it with --allow-empty");
    }
    Planner planner = new Planner(documents, hopeless(state, run), texts(serving));
    RunPlan plan = planner.plan(listing);
    for (int look = 1; run.manifest() == null; look++) {
      Map<String, String> changed = store(plan.contents(), Path.of(String.valueOf(state.folder())));
      if (changed.isEmpty()) {
        return plan;
      }
      plan = planner.plan(look < LOOKS ? again(listing, changed) : without(listing, changed));
    }
    return plan;
  }

  /// @return the blob's hash
  String keep(Object document) throws IOException {
    byte[] json = Json.LENIENT.writeValueAsBytes(document);
    return blobs.put(new ByteArrayInputStream(json), PLAN_BYTES_MAX).hash().hex();
  }

  RunPlan read(String blob) throws IOException {
    return Chunked.json(blobs, blob, RunPlan.class);
  }

  /// Whether every content that the nodes have to read is in the store, and stays for now.
  boolean areHere(List<Content> contents) throws IOException {
    for (Content content : contents) {
      String blob = content.text() == null ? content.sha256() : content.text();
      if (!blobs.touch(new BlobHash(blob))) {
        return false;
      }
    }
    return true;
  }

  private FolderListing scan(CollectionState state, RunState run, RunPause pause)
      throws IOException, RunFailed, InterruptedException {
    String folder = String.valueOf(state.folder());
    Map<String, FolderFile> known = new HashMap<>();
    Instant knownAt = Instant.EPOCH;
    if (state.files() != null && !run.audit()) {
      RunPlan before = read(state.files());
      before.files().forEach(file -> known.put(file.file().path(), file.file()));
      knownAt = before.scannedAt();
    }
    try {
      return new FolderScan(Path.of(folder), known, knownAt, fileBytesMax).scan(pause);
    } catch (IOException e) {
      throw new RunFailed(
          "Expected to read the folder '%s', but that failed (%s); the collection is as it was. Is a disk missing?"
              .formatted(folder, e.getMessage()));
    }
  }

  private FolderListing uploaded(String manifest, Instant at) throws IOException {
    Manifest uploaded = Chunked.json(blobs, manifest, Manifest.class);
    List<FolderFile> files = new ArrayList<>();
    Set<String> paths = new HashSet<>();
    for (Manifest.FileEntry file : uploaded.files()) {
      if (paths.add(file.path())) {
        files.add(new FolderFile(file.path(), file.sha256(), file.size(), null, null));
      }
    }
    List<LeftOut> leftOut =
        uploaded.skipped().stream()
            .map(file -> new LeftOut(file.path(), file.reason(), false))
            .toList();
    return new FolderListing(at, files, leftOut);
  }

  /// Why contents could not be indexed by the run before, where trying again is useless. An audit
  /// tries all again.
  private Map<String, Failure> hopeless(CollectionState state, RunState run) throws IOException {
    Map<String, Failure> hopeless = new HashMap<>();
    String report = run.audit() || state.history().isEmpty() ? null : lastReport(state);
    if (report != null) {
      for (FileOutcome file : Chunked.json(blobs, report, RunReport.class).files()) {
        if (file.failure() != null && !file.failure().retryable() && file.sha256() != null) {
          hopeless.put(file.sha256(), file.failure());
        }
      }
    }
    return hopeless;
  }

  private static @Nullable String lastReport(CollectionState state) {
    return state.history().stream()
        .filter(run -> run.state().startsWith("succeeded"))
        .map(RunState::report)
        .findFirst()
        .orElse(null);
  }

  private Map<String, String> texts(@Nullable VectorIndex serving) throws IOException {
    Map<String, String> texts = new HashMap<>();
    if (serving != null) {
      serving.documents(
          document -> {
            if (document.textBlob() != null) {
              texts.put(document.contentHash(), document.textBlob());
            }
          });
      for (String blob : List.copyOf(texts.values())) {
        if (!blobs.touch(new BlobHash(blob))) {
          texts.values().remove(blob);
        }
      }
    }
    return texts;
  }

  /// Stores what the nodes have to read.
  ///
  /// @return the new hash of each file that is another one by now; empty for one that is gone
  private Map<String, String> store(List<Content> contents, Path folder) throws IOException {
    Map<String, String> changed = new HashMap<>();
    for (Content content : contents) {
      if (content.text() == null && !blobs.touch(new BlobHash(content.sha256()))) {
        String stored = stored(folder.resolve(content.path()));
        if (!stored.equals(content.sha256())) {
          changed.put(content.path(), stored);
        }
      }
    }
    return changed;
  }

  private String stored(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return blobs.put(in, fileBytesMax).hash().hex();
    } catch (BlobStore.BlobTooLarge | FileSystemException e) {
      return "";
    }
  }

  private static FolderListing again(FolderListing listing, Map<String, String> changed) {
    List<FolderFile> files = new ArrayList<>();
    for (FolderFile file : listing.files()) {
      String now = changed.getOrDefault(file.path(), file.sha256());
      if (!now.isEmpty()) {
        // No time and no identity: the next run reads it again.
        files.add(
            now.equals(file.sha256())
                ? file
                : new FolderFile(file.path(), now, file.bytes(), file.modified(), null));
      }
    }
    return new FolderListing(listing.scannedAt(), files, listing.leftOut());
  }

  private static FolderListing without(FolderListing listing, Map<String, String> changed) {
    List<FolderFile> files =
        listing.files().stream().filter(file -> !changed.containsKey(file.path())).toList();
    List<LeftOut> leftOut = new ArrayList<>(listing.leftOut());
    changed
        .keySet()
        .forEach(path -> leftOut.add(new LeftOut(path, "it changes while it is read", true)));
    return new FolderListing(listing.scannedAt(), files, leftOut);
  }
}
