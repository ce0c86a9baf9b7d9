package org.mycoswarm.broker.records;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.engine.DurableListener;
import org.mycoswarm.queue.log.LogEntry;

/// The records as the log has them, so that nobody who reads one waits for the writer. Thread-safe.
public final class RecordsInMemory implements DurableListener {
  private record Follower(String space, Consumer<RecordId> changed) {}

  private final ConcurrentHashMap<RecordId, RecordVersion> records = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<BlobHash, Integer> references = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Follower> followers = new CopyOnWriteArrayList<>();

  /// @param known records of the replayed state
  public RecordsInMemory(Stream<RecordVersion> known) {
    known.forEach(this::put);
  }

  Optional<RecordVersion> get(RecordId id) {
    return Optional.ofNullable(records.get(id));
  }

  List<RecordVersion> all(String space) {
    return records.values().stream()
        .filter(record -> record.id().space().equals(space))
        .sorted(Comparator.comparing(record -> record.id().name()))
        .toList();
  }

  void onChange(String space, Consumer<RecordId> changed) {
    followers.add(new Follower(space, changed));
  }

  boolean isNamed(BlobHash blob) {
    return references.containsKey(blob);
  }

  @Override
  public void durable(List<LogEntry> entries, QueueState state) {
    for (LogEntry entry : entries) {
      for (Event event : entry.events()) {
        if (event instanceof Event.RecordPut(RecordVersion record)) {
          put(record);
          tell(record.id());
        } else if (event instanceof Event.RecordRemoved(RecordId id)) {
          letGo(records.remove(id));
          tell(id);
        }
      }
    }
  }

  private void put(RecordVersion record) {
    // First, so that a blob that both versions name is named at every moment.
    record.blobs().forEach(blob -> references.merge(blob, 1, Integer::sum));
    letGo(records.put(record.id(), record));
  }

  private void letGo(@Nullable RecordVersion before) {
    if (before != null) {
      before
          .blobs()
          .forEach(blob -> references.computeIfPresent(blob, (_, n) -> n == 1 ? null : n - 1));
    }
  }

  private void tell(RecordId id) {
    for (Follower follower : followers) {
      if (follower.space().equals(id.space())) {
        follower.changed().accept(id);
      }
    }
  }
}
