package org.mycoswarm.broker.records;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.PutRecord;
import org.mycoswarm.queue.domain.Command.RemoveRecord;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.engine.Answer;

/// Small named JSON documents that survive whatever the broker survives: what it must remember
/// besides its jobs. Each kind has a space of its own, and within it each record a name.
///
/// Reading asks memory and never waits. Writing waits for the sync; with the version that was read
/// it is refused when somebody else was quicker. Thread-safe, but not for the writer's thread: one
/// that waited for itself would wait for ever.
public final class Records {
  private final RecordsInMemory memory;
  private final BiFunction<CommandId, Command, CompletableFuture<Answer>> queue;

  /// @param queue gives a command to the writer
  public Records(
      RecordsInMemory memory, BiFunction<CommandId, Command, CompletableFuture<Answer>> queue) {
    this.memory = memory;
    this.queue = queue;
  }

  /// Records as they were. They can be read, and not be changed.
  public static Records asTheyWere(Stream<RecordVersion> then) {
    return new Records(
        new RecordsInMemory(then),
        (_, _) -> {
          throw new IllegalStateException("Expected nobody to change records of the past");
        });
  }

  /// @throws IllegalArgumentException when no record can have this name
  public Optional<RecordVersion> get(String space, String name) {
    return memory.get(new RecordId(space, name));
  }

  /// The records of a space, in the order of their names.
  public List<RecordVersion> all(String space) {
    return memory.all(space);
  }

  /// Writes a record down. Saying what it says already changes nothing.
  ///
  /// @param expected the version it must have, 0 for none; null for any
  /// @param blobs that are to be kept as long as the record names them. Each must have been stored
  ///     just now, or be kept by something else until this returns
  /// @return what it says now
  /// @throws RecordRefused when it has another version, is too large, or there are too many
  /// @throws IllegalArgumentException when no record can have this name
  public RecordVersion put(
      String space, String name, String json, @Nullable Long expected, List<BlobHash> blobs) {
    RecordId id = new RecordId(space, name);
    return give("record.put " + id, new PutRecord(id, expected, json, blobs))
        .filter(RecordPut.class::isInstance)
        .map(event -> ((RecordPut) event).record())
        .or(() -> memory.get(id))
        // It said so already, and was removed since.
        .orElseGet(() -> put(space, name, json, expected, blobs));
  }

  /// Removes a record; one that is not there is no mistake unless a version is expected.
  ///
  /// @param expected the version it must have; null for any, or none
  /// @throws RecordRefused when it has another version
  public void remove(String space, String name, @Nullable Long expected) {
    RecordId id = new RecordId(space, name);
    give("record.remove " + id, new RemoveRecord(id, expected));
  }

  /// Whether a record names the blob, which must stay as long as one does.
  public boolean isNamed(BlobHash blob) {
    return memory.isNamed(blob);
  }

  /// Says which record of the space was put or removed, after memory has it. Called by the writer's
  /// thread, which everything waits for: take note and return, never put or remove.
  public void onChange(String space, Consumer<RecordId> changed) {
    memory.onChange(space, changed);
  }

  /// @return what happened; nothing when all was so already
  private Optional<Event> give(String cause, Command command) {
    return switch (join(queue.apply(new CommandId(cause), command))) {
      case Answer.Rejected(var why) -> throw new RecordRefused(why);
      case Answer.Accepted accepted -> accepted.events().stream().findFirst();
      case Answer.Repeated _ ->
          throw new IllegalStateException("Expected no repeated answer to a change of a record");
    };
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }
}
