package org.mycoswarm.broker.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.mycoswarm.schema.json.Json;

/// One report as a message: `{"type":"collection.report","timestamp":...,"collection":...,"data":
/// REPORT}`. Its id is made of what it says, so a report that is sent twice is known by its id.
///
final class ReportMessage {
  /// Larger ones are refused by many receivers.
  static final int BODY_BYTES_MAX = 256 << 10;

  private final String id;
  private final byte[] body;

  private ReportMessage(String id, byte[] body) {
    this.id = id;
    this.body = body;
  }

  /// At most 32 characters.
  String id() {
    return id;
  }

  /// Not to be changed.
  byte[] body() {
    return body;
  }

  static ReportMessage of(String collection, JsonNode report, Instant at) {
    String id = "msg_" + hash(collection + "\n" + report).substring(0, 28);
    byte[] whole = body(collection, report, at);
    if (whole.length <= BODY_BYTES_MAX) {
      return new ReportMessage(id, whole);
    }
    byte[] shorter = body(collection, withoutLists(report), at);
    return new ReportMessage(
        id,
        shorter.length <= BODY_BYTES_MAX
            ? shorter
            : body(collection, JsonNodeFactory.instance.objectNode().put("truncated", true), at));
  }

  private static JsonNode withoutLists(JsonNode report) {
    ObjectNode shorter = JsonNodeFactory.instance.objectNode();
    report
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isArray()) {
                shorter.set(field.getKey(), field.getValue());
              }
            });
    return shorter.put("truncated", true);
  }

  private static byte[] body(String collection, JsonNode data, Instant at) {
    ObjectNode message = JsonNodeFactory.instance.objectNode();
    message.put("type", "collection.report");
    message.put("timestamp", at.toString());
    message.put("collection", collection);
    message.set("data", data);
    try {
      return Json.LENIENT.writeValueAsBytes(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected JSON to be written again", e);
    }
  }

  private static String hash(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
