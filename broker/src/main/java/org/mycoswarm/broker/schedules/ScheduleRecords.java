package org.mycoswarm.broker.schedules;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import java.util.Optional;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.schema.json.Json;

/// Schedules and their runs as records. They are apart because people write the one and the
/// scheduler the other, and neither should be in the other's way.
final class ScheduleRecords {
  private static final String SCHEDULES = "schedule";
  private static final String RUNS = "schedulerun";

  private final Records records;

  ScheduleRecords(Records records) {
    this.records = records;
  }

  record Stored(String name, long version, Schedule schedule, List<BlobHash> blobs) {}

  List<Stored> all() {
    return records.all(SCHEDULES).stream().map(ScheduleRecords::stored).toList();
  }

  Optional<Stored> get(String name) {
    return records.get(SCHEDULES, name).map(ScheduleRecords::stored);
  }

  /// @param expected the version it must have, 0 for none
  /// @param blobs that it needs
  Stored put(String name, Schedule schedule, long expected, List<BlobHash> blobs) {
    return stored(records.put(SCHEDULES, name, text(schedule), expected, blobs));
  }

  void remove(String name) {
    records.remove(SCHEDULES, name, null);
    records.remove(RUNS, name, null);
  }

  Runs runs(String name) {
    return records.get(RUNS, name).map(found -> read(found, Runs.class)).orElse(Runs.NONE);
  }

  void putRuns(String name, Runs runs) {
    records.put(RUNS, name, text(runs), null, List.of());
  }

  private static Stored stored(RecordVersion record) {
    return new Stored(
        record.id().name(), record.version(), read(record, Schedule.class), record.blobs());
  }

  private static String text(Object value) {
    try {
      return Json.LENIENT.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a schedule to have a JSON form", e);
    }
  }

  private static <T> T read(RecordVersion record, Class<T> type) {
    try {
      return Json.LENIENT.readValue(record.json(), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Expected record '%s' to be a %s, but it is not"
              .formatted(record.id(), type.getSimpleName()),
          e);
    }
  }
}
