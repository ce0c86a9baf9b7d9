package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/// Writes the objects `embedding` of one answer, in the order of its inputs.
final class VectorWriter {
  private final JsonGenerator json;
  private final boolean base64;
  private int index;

  VectorWriter(JsonGenerator json, boolean base64) {
    this.json = json;
    this.base64 = base64;
  }

  /// @param vector floats, little end first
  void write(byte[] vector) throws IOException {
    json.writeStartObject();
    json.writeStringField("object", "embedding");
    json.writeNumberField("index", index++);
    if (base64) {
      json.writeStringField("embedding", Base64.getEncoder().encodeToString(vector));
    } else {
      json.writeArrayFieldStart("embedding");
      ByteBuffer floats = ByteBuffer.wrap(vector).order(ByteOrder.LITTLE_ENDIAN);
      while (floats.hasRemaining()) {
        json.writeNumber(floats.getFloat());
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  static void usage(JsonGenerator json, long tokens) throws IOException {
    json.writeObjectFieldStart("usage");
    json.writeNumberField("prompt_tokens", tokens);
    json.writeNumberField("total_tokens", tokens);
    json.writeEndObject();
  }
}
