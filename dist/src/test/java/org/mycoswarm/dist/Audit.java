package org.mycoswarm.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the log over HTTP, entry by entry and each once, holds it to the rules of the queue and
/// then to what callers were promised. For one thread.
final class Audit {
  private final Map<String, String> jobOfKey = new HashMap<>();
  private final Map<String, String> nodeOfLease = new HashMap<>();
  private final Map<String, String> heldByTask = new HashMap<>();
  private final Map<String, String> doneByTask = new HashMap<>();
  private final Set<String> ended = new HashSet<>();
  private final Set<String> open = new HashSet<>();
  private final Map<String, String> outcomes = new HashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final MessageDigest digest;
  private long position;
  private Instant at = Instant.MIN;
  private int expired;

  Audit() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Reads what the log has more than the last time.
  void readOn(Api api) {
    JsonNode page;
    do {
      page = api.get("/api/v1/log?limit=500&after=" + position);
      page.path("items").forEach(this::read);
    } while (page.hasNonNull("next"));
  }

  /// Holds the log, as read, to promises that were made before it was read.
  void confirm(Collection<Promise> promises) {
    promises.forEach(this::confirm);
  }

  /// Whatever broke a rule or a promise, in words.
  List<String> wrong() {
    return List.copyOf(wrong);
  }

  /// Jobs that have not ended.
  Set<String> open() {
    return Set.copyOf(open);
  }

  /// How each job ended.
  Map<String, String> outcomes() {
    return Map.copyOf(outcomes);
  }

  /// Position of the last entry.
  long position() {
    return position;
  }

  int leases() {
    return nodeOfLease.size();
  }

  int expired() {
    return expired;
  }

  /// Of all entries: the same as any other audit's that has read as far, or the past was changed.
  String digest() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read(JsonNode entry) {
    digest.update(entry.toString().getBytes(UTF_8));
    long next = entry.path("position").asLong();
    check(next == position + 1, "position %s follows %s", next, position);
    position = next;
    Instant time = Instant.parse(entry.path("at").asText());
    check(!time.isBefore(at), "time runs from %s to %s", at, time);
    at = time;
    entry.path("events").forEach(this::follow);
  }

  private void follow(JsonNode event) {
    String lease = event.path("lease").asText();
    String task = lease.substring(0, Math.max(0, lease.lastIndexOf('.')));
    String job = event.path("job").asText();
    switch (event.path("event").asText()) {
      case "job.submitted" -> submitted(job, event.path("spec").path("key").path("value").asText());
      case "task.leased" -> leased(task, lease, event.path("node").asText());
      case "task.succeeded" -> {
        end(task, lease, "succeeded");
        String before = doneByTask.put(task, lease);
        check(before == null, "%s is done by %s and by %s", task, before, lease);
      }
      case "attempt.failed", "lease.released" -> {
        end(task, lease, "was given back");
        ended.add(lease);
      }
      case "lease.expired" -> {
        end(task, lease, "expired");
        expired++;
      }
      case "job.cancelled" -> {
        open.remove(job);
        heldByTask.keySet().removeIf(each -> each.startsWith(job + "."));
      }
      case "job.finished" -> {
        check(open.remove(job), "job %s ended, and was not open", job);
        outcomes.put(job, event.path("outcome").asText());
      }
      default -> {} // says nothing about leases
    }
  }

  private void submitted(String job, String key) {
    check(open.add(job), "job %s was submitted twice", job);
    if (!key.isEmpty()) {
      String before = jobOfKey.put(key, job);
      check(before == null, "key %s made job %s and job %s", key, before, job);
    }
  }

  private void leased(String task, String lease, String node) {
    String before = heldByTask.put(task, lease);
    check(before == null, "%s was granted while %s was held", lease, before);
    check(!doneByTask.containsKey(task), "%s was granted for a task that was done", lease);
    check(nodeOfLease.put(lease, node) == null, "%s was granted twice", lease);
  }

  private void end(String task, String lease, String how) {
    check(heldByTask.remove(task, lease), "%s %s without being held", lease, how);
  }

  private void confirm(Promise promise) {
    switch (promise) {
      case Promise.Submitted(String key, String job) ->
          check(
              job.equals(jobOfKey.get(key)),
              "key %s was acknowledged as job %s, and the log has %s",
              key,
              job,
              jobOfKey.get(key));
      case Promise.Leased(String lease, String node) ->
          check(
              node.equals(nodeOfLease.get(lease)),
              "%s was granted to %s, and the log has %s",
              lease,
              node,
              nodeOfLease.get(lease));
      case Promise.Done(String lease) ->
          check(isDone(lease), "the result of %s was accepted, and the log has none", lease);
      case Promise.Ended(String lease) ->
          check(ended.contains(lease), "the end of %s was accepted, and the log has none", lease);
      case Promise.Refused(String lease) ->
          check(
              !isDone(lease) && !ended.contains(lease),
              "the report on %s was refused, and the log has it",
              lease);
      case Promise.Broken(String words) -> wrong.add(words);
    }
  }

  private boolean isDone(String lease) {
    return lease.equals(doneByTask.get(lease.substring(0, lease.lastIndexOf('.'))));
  }

  private void check(boolean rule, String otherwise, @Nullable Object... values) {
    if (!rule) {
      wrong.add(
          "at position %d: ".formatted(position)
              + otherwise.formatted(Arrays.stream(values).map(Objects::toString).toArray()));
    }
  }
}
