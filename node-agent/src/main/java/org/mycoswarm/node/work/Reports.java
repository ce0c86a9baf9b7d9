package org.mycoswarm.node.work;

import com.fasterxml.jackson.databind.JsonNode;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ResultReport;

/// How a lease ended, as the broker wants to hear it.
final class Reports {
  /// Long enough for a sentence, short enough for a log entry.
  private static final int REASON_CHARS_MAX = 1_000;

  private Reports() {}

  static ResultReport completed(String lease, TaskResult result) {
    JsonNode detail = Json.LENIENT.valueToTree(result.detail());
    return new ResultReport(
        lease, "completed", detail, result.blobs(), result.counts(), result.next(), null, null);
  }

  static ResultReport failed(String lease, String reason, boolean retryable) {
    String sentence =
        reason.length() <= REASON_CHARS_MAX ? reason : reason.substring(0, REASON_CHARS_MAX) + "…";
    return new ResultReport(lease, "failed", null, null, null, null, sentence, retryable);
  }

  static ResultReport released(String lease) {
    return new ResultReport(lease, "released", null, null, null, null, null, null);
  }
}
