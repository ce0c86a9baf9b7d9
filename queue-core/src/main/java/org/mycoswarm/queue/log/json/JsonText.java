package org.mycoswarm.queue.log.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// JSON that is being written, field by field, and without reflection: these shapes are for ever,
/// and the writer of the queue waits for them. What is absent is left out.
final class JsonText {
  /// Writes the fields of an object.
  @FunctionalInterface
  interface Shape<T> {
    void write(JsonText json, T value) throws IOException;
  }

  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator json;

  private JsonText(JsonGenerator json) {
    this.json = json;
  }

  /// One value as a JSON object, in UTF-8.
  static <T> byte[] of(T value, Shape<T> shape) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      new JsonText(json).object(value, shape);
    } catch (IOException e) {
      throw new IllegalStateException("Writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /// @param value what its `toString` says is written
  void text(String field, @Nullable Object value) throws IOException {
    if (value != null) {
      json.writeFieldName(field);
      json.writeString(value.toString());
    }
  }

  void time(String field, @Nullable Instant value) throws IOException {
    text(field, value == null ? null : Times.text(value));
  }

  void number(String field, long value) throws IOException {
    json.writeFieldName(field);
    json.writeNumber(value);
  }

  void number(String field, double value) throws IOException {
    json.writeFieldName(field);
    json.writeNumber(value);
  }

  void optional(String field, @Nullable Integer value) throws IOException {
    if (value != null) {
      number(field, value);
    }
  }

  /// Written when it is true.
  void flag(String field, boolean value) throws IOException {
    if (value) {
      json.writeFieldName(field);
      json.writeBoolean(true);
    }
  }

  <T> void object(String field, T value, Shape<? super T> shape) throws IOException {
    json.writeFieldName(field);
    object(value, shape);
  }

  <T> void objects(String field, List<T> values, Shape<? super T> shape) throws IOException {
    json.writeArrayFieldStart(field);
    for (T value : values) {
      object(value, shape);
    }
    json.writeEndArray();
  }

  void texts(String field, List<?> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (Object value : values) {
      json.writeString(value.toString());
    }
    json.writeEndArray();
  }

  void numbers(String field, List<Integer> values) throws IOException {
    json.writeArrayFieldStart(field);
    for (int value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  void counts(SortedMap<String, Long> counts) throws IOException {
    for (Map.Entry<String, Long> count : counts.entrySet()) {
      number(count.getKey(), (long) count.getValue());
    }
  }

  private <T> void object(T value, Shape<? super T> shape) throws IOException {
    json.writeStartObject();
    shape.write(this, value);
    json.writeEndObject();
  }
}
