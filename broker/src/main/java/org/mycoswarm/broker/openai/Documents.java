package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;
import org.mycoswarm.schema.json.Json;

/// The JSON of our records.
final class Documents {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  private Documents() {}

  /// Whether a record can have this name at all.
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static String write(Object document) {
    try {
      return Json.LENIENT.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "Expected " + document.getClass() + " to have a JSON form", e);
    }
  }

  static <T> T read(String json, Class<T> type) {
    try {
      return Json.LENIENT.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a record to hold what was written into it", e);
    }
  }
}
