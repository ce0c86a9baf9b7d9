package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.schema.json.Json;

/// One batch as its record has it: the object of the interface, and under `work` what nobody else
/// needs to know. A value: changes make another.
///
/// @param version of the record
record Batch(ObjectNode document, long version) {
  static final String VALIDATING = "validating";
  static final String IN_PROGRESS = "in_progress";
  static final String FINALIZING = "finalizing";
  static final String COMPLETED = "completed";
  static final String FAILED = "failed";
  static final String EXPIRED = "expired";
  static final String CANCELLING = "cancelling";
  static final String CANCELLED = "cancelled";
  private static final Set<String> ENDS = Set.of(COMPLETED, FAILED, EXPIRED, CANCELLED);
  private static final String WORK = "work";

  static Batch of(RecordVersion record) {
    return new Batch(Documents.read(record.json(), ObjectNode.class), record.version());
  }

  /// @param request the body that asked for it, in order
  static Batch fresh(String id, StoredFile input, JsonNode request, Instant now, Instant expires) {
    ObjectNode batch = Json.LENIENT.createObjectNode();
    batch.put("id", id).put("object", "batch");
    batch.put("endpoint", request.path("endpoint").asText());
    batch.putNull("errors");
    batch.put("input_file_id", input.id());
    batch.put("completion_window", request.path("completion_window").asText());
    batch.put("status", VALIDATING);
    batch.putNull("output_file_id");
    batch.putNull("error_file_id");
    batch.put("created_at", now.getEpochSecond());
    batch.put("expires_at", expires.getEpochSecond());
    for (String end :
        List.of(IN_PROGRESS, FINALIZING, COMPLETED, FAILED, EXPIRED, CANCELLING, CANCELLED)) {
      batch.putNull(end + "_at");
    }
    counts(batch.putObject("request_counts"), 0, 0, 0);
    batch.set("metadata", request.path("metadata").isObject() ? request.get("metadata") : null);
    batch.putObject(WORK).put("input", input.blob());
    return new Batch(batch, 0);
  }

  String id() {
    return document.path("id").asText();
  }

  String status() {
    return document.path("status").asText();
  }

  boolean isOver() {
    return ENDS.contains(status());
  }

  BlobHash input() {
    return new BlobHash(document.path(WORK).path("input").asText());
  }

  Instant expiresAt() {
    return Instant.ofEpochSecond(document.path("expires_at").asLong());
  }

  /// How many requests it has, once that is known.
  int total() {
    return document.path("request_counts").path("total").asInt();
  }

  /// The digests of its models by the names that its requests call them, as they were when it was
  /// validated: a name that is not among them is not known, whatever nodes bring later.
  JsonNode models() {
    return document.path(WORK).path("models");
  }

  Batch with(String status, Instant now) {
    ObjectNode changed = document.deepCopy();
    changed.put("status", status).put(status + "_at", now.getEpochSecond());
    return new Batch(changed, version);
  }

  Batch withWork(int total, ObjectNode models) {
    ObjectNode changed = document.deepCopy();
    changed.withObject("/" + WORK).set("models", models);
    counts(changed.withObject("/request_counts"), total, 0, 0);
    return new Batch(changed, version);
  }

  Batch withErrors(JsonNode errors) {
    ObjectNode changed = document.deepCopy();
    changed.set("errors", errors);
    return new Batch(changed, version);
  }

  Batch withFiles(@Nullable String output, @Nullable String errors, int completed, int failed) {
    ObjectNode changed = document.deepCopy();
    changed.put("output_file_id", output).put("error_file_id", errors);
    counts(changed.withObject("/request_counts"), total(), completed, failed);
    return new Batch(changed, version);
  }

  /// As the interface shows it.
  JsonNode view(int completed, int failed) {
    ObjectNode view = document.deepCopy();
    view.remove(WORK);
    if (!isOver()) {
      counts(view.withObject("/request_counts"), total(), completed, failed);
    }
    return view;
  }

  private static void counts(ObjectNode counts, int total, int completed, int failed) {
    counts.put("total", total).put("completed", completed).put("failed", failed);
  }
}
