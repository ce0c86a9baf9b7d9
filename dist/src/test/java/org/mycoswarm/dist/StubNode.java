package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// A node that somebody else wrote: it makes of each task what a function says, one at a time,
/// until it is over or vanishes without a word. For one thread.
final class StubNode {
  /// What a task came to.
  ///
  /// @param blobs that it names, stored before
  record Result(Map<String, Object> detail, List<String> blobs) {}

  private final Api api;
  private final String id;
  private final Map<String, Object> capability;
  private final Function<JsonNode, Result> work;

  StubNode(Api api, String id, Map<String, Object> capability, Function<JsonNode, Result> work) {
    this.api = api;
    this.id = id;
    this.capability = capability;
    this.work = work;
  }

  /// @param over asked while it has nothing to report
  /// @param vanishes asked after each task, before that is reported
  void run(BooleanSupplier over, BooleanSupplier vanishes) {
    api.post(
        "/api/v1/nodes",
        Map.of("node", id, "name", id, "capabilities", List.of(capability), "detail", Map.of()));
    List<Map<String, Object>> results = List.of();
    while (!results.isEmpty() || !over.getAsBoolean()) {
      JsonNode answer =
          api.post(
              "/api/v1/nodes/" + id + "/work",
              Map.of("results", results, "want", 1, "waitSeconds", results.isEmpty() ? 1 : 0));
      results = new ArrayList<>();
      for (JsonNode lease : answer.path("leases")) {
        Result result = work.apply(lease);
        if (vanishes.getAsBoolean()) {
          return;
        }
        Map<String, Object> report = new HashMap<>();
        report.put("lease", lease.path("lease").asText());
        report.put("status", "completed");
        report.put("detail", result.detail());
        report.put("blobs", result.blobs());
        results.add(report);
      }
    }
  }
}
