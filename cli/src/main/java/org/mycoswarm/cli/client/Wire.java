package org.mycoswarm.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.mycoswarm.schema.json.Json;

/// Reads and writes wire records.
public final class Wire {
  private Wire() {}

  public static <T> T read(JsonNode node, Class<T> type) {
    try {
      return Json.LENIENT.treeToValue(node, type);
    } catch (JsonProcessingException e) {
      throw misread(type.getSimpleName(), e);
    }
  }

  public static JsonNode tree(byte[] bytes) {
    try {
      return Json.LENIENT.readTree(bytes);
    } catch (java.io.IOException e) {
      throw misread("JSON", e);
    }
  }

  public static byte[] bytes(Object value) {
    try {
      return Json.LENIENT.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected to write %s as JSON".formatted(value), e);
    }
  }

  /// For programs: on one line.
  public static String line(Object value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }

  /// For people: indented.
  public static String pretty(Object value) {
    try {
      return Json.LENIENT.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected to write %s as JSON".formatted(value), e);
    }
  }

  private static IllegalStateException misread(String what, Exception e) {
    return new IllegalStateException(
        "Expected the broker's answer to be %s, but: %s. Are broker and command of the same version?"
            .formatted(what, e.getMessage()),
        e);
  }
}
