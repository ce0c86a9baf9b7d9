package org.mycoswarm.broker.schedules;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Changes of one folder that no run has seen yet. One thread.
final class FolderChanges {
  /// Of no folder.
  static final FolderChanges NONE = new FolderChanges(null, null, null);

  private static final Duration BETWEEN_TRIES = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(FolderChanges.class);

  private final @Nullable Path folder;
  private final @Nullable Instant triedAt;
  private @Nullable TreeWatch watch;
  private @Nullable Instant last;

  private FolderChanges(
      @Nullable Path folder, @Nullable TreeWatch watch, @Nullable Instant triedAt) {
    this.folder = folder;
    this.watch = watch;
    this.triedAt = triedAt;
  }

  /// The changes of a folder as of now. Whether it changed before it was followed nobody knows.
  ///
  /// @param before whether that counts as a change
  FolderChanges of(Path wanted, int foldersMax, boolean before, Instant now) {
    TreeWatch watching = watch;
    if (watching != null && wanted.equals(folder)) {
      return look(watching, now) ? this : failed(wanted, now);
    }
    if (wanted.equals(folder) && triedAt != null && now.isBefore(triedAt.plus(BETWEEN_TRIES))) {
      return this;
    }
    close();
    try {
      FolderChanges opened =
          new FolderChanges(wanted, TreeWatch.open(wanted, foldersMax, now), null);
      opened.last = before ? now : null;
      return opened;
    } catch (IOException e) {
      if (!wanted.equals(folder)) {
        LOG.warn("Folder '{}' cannot be followed ({}); it is tried again", wanted, e.toString());
      }
      return new FolderChanges(wanted, null, now);
    }
  }

  /// Whether something changed, and nothing else for so long.
  boolean quietFor(int seconds, Instant now) {
    Instant change = last;
    return change != null && !now.isBefore(change.plusSeconds(seconds));
  }

  /// A run will see them.
  void taken() {
    last = null;
  }

  void close() {
    TreeWatch watching = watch;
    watch = null;
    if (watching != null) {
      watching.close();
    }
  }

  private boolean look(TreeWatch watching, Instant now) {
    try {
      if (watching.changed(now)) {
        last = now;
      }
      return true;
    } catch (IOException e) {
      LOG.warn(
          "Folder '{}' cannot be followed any more ({}); it is tried again", folder, e.toString());
      return false;
    }
  }

  private FolderChanges failed(Path wanted, Instant now) {
    close();
    return new FolderChanges(wanted, null, now);
  }
}
