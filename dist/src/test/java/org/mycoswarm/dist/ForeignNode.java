package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

/// A node that somebody else wrote: plain HTTP, one task kind, and it renews nothing by itself.
final class ForeignNode {
  private final Api api;
  private final String id;

  private ForeignNode(Api api, String id) {
    this.api = api;
    this.id = id;
  }

  static ForeignNode join(Api api, String id, String kind) {
    Map<String, Object> capability = Map.of("kind", kind, "device", "cpu", "rate", 0);
    api.post(
        "/api/v1/nodes",
        Map.of("node", id, "name", id, "capabilities", List.of(capability), "detail", Map.of()));
    return new ForeignNode(api, id);
  }

  /// Waits for a task and returns its lease.
  String leaseOne() {
    JsonNode leases = work(List.of(), 1, 20).path("leases");
    if (leases.size() != 1) {
      throw new AssertionError("Expected one lease within 20 s, but got " + leases);
    }
    return leases.get(0).path("lease").asText();
  }

  /// Whether the lease is renewed.
  boolean renew(String lease) {
    JsonNode answer = api.post("/api/v1/nodes/" + id + "/renew", Map.of("leases", List.of(lease)));
    return answer.path("renewed").size() == 1;
  }

  /// Reports in the call for work; returns the answer to the report.
  JsonNode report(String lease) {
    List<Object> results =
        List.of(Map.of("lease", lease, "status", "completed", "detail", Map.of("by", id)));
    return work(results, 0, 0).path("results").get(0);
  }

  /// Completes the task in the call for one lease.
  HttpResponse<String> complete(String lease) {
    return api.postAny(
        "/api/v1/leases/" + lease + "/complete", "{\"detail\":{\"by\":\"%s\"}}".formatted(id));
  }

  private JsonNode work(List<Object> results, int want, int waitSeconds) {
    return api.post(
        "/api/v1/nodes/" + id + "/work",
        Map.of("results", results, "want", want, "waitSeconds", waitSeconds));
  }
}
