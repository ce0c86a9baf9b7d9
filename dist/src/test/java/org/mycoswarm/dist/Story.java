package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the log says has happened, read over HTTP: the only witness that a bad day cannot bend.
public record Story(List<Happened> all) {
  /// One event.
  ///
  /// @param position of the entry that it is in
  /// @param kind stable name, such as `task.leased`
  public record Happened(long position, Instant at, String kind, JsonNode event) {
    /// `JOB.NUMBER` of the event's lease, for events that have one.
    public String task() {
      return lease().substring(0, lease().lastIndexOf('.'));
    }

    public int attempt() {
      return Integer.parseInt(lease().substring(lease().lastIndexOf('.') + 1));
    }

    public String lease() {
      return event.path("lease").asText();
    }

    public String node() {
      return event.path("node").asText();
    }
  }

  /// The whole log as it is now.
  public static Story of(Api api) {
    List<Happened> all = new ArrayList<>();
    Optional<String> from = Optional.of("0");
    while (from.isPresent()) {
      JsonNode page = api.get("/api/v1/log?limit=500&after=" + from.get());
      page.path("items").forEach(entry -> add(entry, all));
      from = Optional.ofNullable(page.path("next").textValue());
    }
    return new Story(all);
  }

  public List<Happened> of(String kind) {
    return all.stream().filter(happened -> happened.kind().equals(kind)).toList();
  }

  /// Events of this kind whose lease is one of this task.
  public List<Happened> of(String kind, String task) {
    return of(kind).stream().filter(happened -> happened.task().equals(task)).toList();
  }

  /// How often each task of the job was taken as done.
  public Map<String, Integer> successes(String job) {
    Map<String, Integer> successes = new TreeMap<>();
    of("task.succeeded").stream()
        .map(Happened::task)
        .filter(task -> task.startsWith(job + "."))
        .forEach(task -> successes.merge(task, 1, Integer::sum));
    return successes;
  }

  private static void add(JsonNode entry, List<Happened> all) {
    Instant at = Instant.parse(entry.path("at").asText());
    for (JsonNode event : entry.path("events")) {
      all.add(
          new Happened(entry.path("position").asLong(), at, event.path("event").asText(), event));
    }
  }
}
