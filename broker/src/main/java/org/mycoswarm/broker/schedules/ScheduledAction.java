package org.mycoswarm.broker.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;

/// Something a schedule can do. Called by one thread at a time, which looks after every schedule:
/// each call returns soon.
public interface ScheduledAction {
  /// How a run ended.
  ///
  /// @param word such as `succeeded`, `succeeded-with-failures` or `failed`
  /// @param detail what a person should know of it
  record Outcome(String word, @Nullable String detail) {}

  /// Looks at what a schedule is to do, before it is kept.
  ///
  /// @throws IllegalArgumentException when it cannot be done; the message is for who asked
  void check(JsonNode what);

  /// Blobs that are kept for as long as the schedule is there.
  default List<BlobHash> blobs(JsonNode what) {
    return List.of();
  }

  /// The folder that a schedule follows when it is to run after changes.
  Optional<Path> folder(JsonNode what);

  /// Begins a run. It is called again with the same run after a crash, and must begin it only once.
  ///
  /// @throws IllegalArgumentException when it cannot be begun, which ends the run as failed; any
  ///     other exception is said, and the call is made again later
  void start(String run, String schedule, JsonNode what);

  /// How a run ended that was started before, maybe by another process; empty while it goes on.
  Optional<Outcome> ended(String run, JsonNode what);
}
