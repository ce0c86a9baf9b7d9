package org.mycoswarm.queue.domain;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The records of one state.
final class RecordShelf {
  private final Map<RecordId, RecordVersion> records = new HashMap<>();
  private long bytes;

  void put(RecordVersion record) {
    long before = get(record.id()).map(RecordVersion::version).orElse(0L);
    if (record.version() != before + 1) {
      throw new IllegalStateException(
          "Expected record '%s' to go on from version %d, but the log goes on with %d"
              .formatted(record.id(), before, record.version()));
    }
    restore(record);
  }

  /// As a snapshot has it.
  void restore(RecordVersion record) {
    RecordVersion before = records.put(record.id(), record);
    bytes += record.bytes() - (before == null ? 0 : before.bytes());
  }

  void remove(RecordId id) {
    RecordVersion before = records.remove(id);
    if (before == null) {
      throw new IllegalStateException(
          "Expected record '%s' to be there, but it was removed before or never was".formatted(id));
    }
    bytes -= before.bytes();
  }

  Optional<RecordVersion> get(RecordId id) {
    return Optional.ofNullable(records.get(id));
  }

  Stream<RecordVersion> all() {
    return records.values().stream();
  }

  int count() {
    return records.size();
  }

  long bytes() {
    return bytes;
  }
}
