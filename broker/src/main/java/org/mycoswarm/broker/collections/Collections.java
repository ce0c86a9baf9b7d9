package org.mycoswarm.broker.collections;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.schema.json.Json;

/// The collections as the log has them. Thread-safe; writing waits for the sync.
final class Collections {
  private static final String SPACE = "collection";

  private final Records records;

  Collections(Records records) {
    this.records = records;
  }

  Optional<CollectionState> get(CollectionName name) {
    return records.get(SPACE, name.value()).map(Collections::state);
  }

  /// Every collection, by name.
  Map<CollectionName, CollectionState> all() {
    Map<CollectionName, CollectionState> all =
        new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
    for (RecordVersion record : records.all(SPACE)) {
      all.put(new CollectionName(record.id().name()), state(record));
    }
    return all;
  }

  /// Changes a collection, or makes it from [CollectionState#NEW].
  ///
  /// @return how it is now
  CollectionState change(CollectionName name, UnaryOperator<CollectionState> change) {
    Optional<RecordVersion> before = records.get(SPACE, name.value());
    CollectionState next = change.apply(before.map(Collections::state).orElse(CollectionState.NEW));
    records.put(
        SPACE,
        name.value(),
        json(next),
        before.map(RecordVersion::version).orElse(0L),
        next.blobs());
    return next;
  }

  void remove(CollectionName name) {
    records.remove(SPACE, name.value(), null);
  }

  private static CollectionState state(RecordVersion record) {
    try {
      return Json.LENIENT.readValue(record.json(), CollectionState.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Expected record '%s' to be a collection, but it cannot be read".formatted(record.id()),
          e);
    }
  }

  private static String json(CollectionState state) {
    try {
      return Json.LENIENT.writeValueAsString(state);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Every collection can be written", e);
    }
  }
}
