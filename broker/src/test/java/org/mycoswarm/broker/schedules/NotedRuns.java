package org.mycoswarm.broker.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An action that notes what was begun, once for each run as every action must, and ends it when a
/// test says so. It outlives the broker, as the queue's jobs do.
final class NotedRuns implements ScheduledAction {
  final List<String> begun = new ArrayList<>();
  final List<String> calls = new ArrayList<>();
  private final Map<String, Outcome> ended = new HashMap<>();
  @Nullable RuntimeException failure;
  boolean failsAfterwards;

  void end(String run) {
    ended.put(run, new Outcome("succeeded", null));
  }

  @Override
  public void check(JsonNode what) {
    if (!what.path("folder").isTextual()) {
      throw new IllegalArgumentException("Expected a folder");
    }
  }

  @Override
  public Optional<Path> folder(JsonNode what) {
    return Optional.of(Path.of(what.path("folder").asText()));
  }

  @Override
  public void start(String run, String schedule, JsonNode what) {
    calls.add(run);
    if (failure != null && !failsAfterwards) {
      throw failure;
    }
    if (!begun.contains(run)) {
      begun.add(run);
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public Optional<Outcome> ended(String run, JsonNode what) {
    return Optional.ofNullable(ended.get(run));
  }
}
