package org.mycoswarm.broker.collections;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.RunPlan.Change;
import org.mycoswarm.broker.collections.RunPlan.Content;
import org.mycoswarm.broker.collections.RunPlan.Planned;
import org.mycoswarm.schema.wire.RunReport.Failure;
import org.mycoswarm.search.DocumentState;

/// Compares a folder with an index: what was added, changed, moved, removed. Content that is
/// indexed anywhere in it is never asked for again.
final class Planner {
  private final Map<String, DocumentState> indexed = new TreeMap<>();
  private final Map<String, String> pathOf = new HashMap<>();
  private final Map<String, Failure> hopeless;
  private final Map<String, String> texts;

  /// @param documents of the index that is to become equal to the folder
  /// @param hopeless by content: why an earlier run could not index it and no later one will
  /// @param texts by content: blob of the text that an earlier generation has of it
  Planner(List<DocumentState> documents, Map<String, Failure> hopeless, Map<String, String> texts) {
    for (DocumentState document : documents) {
      indexed.put(document.path(), document);
      pathOf.putIfAbsent(document.contentHash(), document.path());
    }
    this.hopeless = hopeless;
    this.texts = texts;
  }

  RunPlan plan(FolderListing listing) {
    Set<String> present = new HashSet<>();
    listing.files().forEach(file -> present.add(file.path()));
    TreeMap<String, List<String>> gone = new TreeMap<>();
    List<String> removed = new ArrayList<>();
    for (DocumentState document : indexed.values()) {
      if (!present.contains(document.path()) && !listing.mayHide(document.path())) {
        removed.add(document.path());
        gone.computeIfAbsent(document.contentHash(), _ -> new ArrayList<>()).add(document.path());
      }
    }
    List<Planned> files = new ArrayList<>(listing.files().size());
    Map<String, Content> contents = new LinkedHashMap<>();
    for (FolderFile file : listing.files()) {
      Planned planned = plan(file, gone);
      files.add(planned);
      if (planned.change() != Change.UNCHANGED
          && planned.known() == null
          && !pathOf.containsKey(file.sha256())) {
        contents.computeIfAbsent(
            file.sha256(), sha -> new Content(sha, file.path(), file.bytes(), texts.get(sha)));
      }
    }
    return new RunPlan(
        listing.scannedAt(), files, List.copyOf(contents.values()), removed, listing.leftOut());
  }

  private Planned plan(FolderFile file, Map<String, List<String>> gone) {
    DocumentState before = indexed.get(file.path());
    if (before != null && before.contentHash().equals(file.sha256())) {
      return new Planned(
          file, isAsBefore(file, before) ? Change.UNCHANGED : Change.TOUCHED, null, null);
    }
    Failure known = hopeless.get(file.sha256());
    if (known != null) {
      return new Planned(
          file, before == null ? Change.ADDED : Change.CHANGED, null, served(known, before));
    }
    if (before != null) {
      return new Planned(file, Change.CHANGED, pathOf.get(file.sha256()), null);
    }
    List<String> left = gone.get(file.sha256());
    if (left != null && !left.isEmpty()) {
      return new Planned(file, Change.MOVED, left.removeFirst(), null);
    }
    return new Planned(file, Change.ADDED, pathOf.get(file.sha256()), null);
  }

  private static boolean isAsBefore(FolderFile file, DocumentState before) {
    return before.mark() == null
        && (file.modified() == null || millis(file.modified()).equals(millis(before.modified())));
  }

  /// The index keeps no more.
  private static Instant millis(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS);
  }

  private static Failure served(Failure failure, @Nullable DocumentState older) {
    return new Failure(
        failure.stage(),
        failure.error(),
        failure.type(),
        failure.message(),
        failure.retryable(),
        older != null);
  }
}
