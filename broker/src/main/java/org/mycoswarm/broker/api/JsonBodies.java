package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.mycoswarm.schema.json.Json;

/// Reads and writes wire records as JSON. Bodies are bounded, strict (an unknown or missing field
/// is named), and read whole before they are understood: a broken transfer and a malformed body
/// stay two things.
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
final class JsonBodies implements MessageBodyReader<Object>, MessageBodyWriter<Object> {
  private final int bytesMax;

  /// @param bytesMax the largest body, whether its length is announced or not
  JsonBodies(int bytesMax) {
    this.bytesMax = bytesMax;
  }

  @Override
  public boolean isReadable(Class<?> type, Type generic, Annotation[] notes, MediaType media) {
    return type.isRecord() || JsonNode.class.isAssignableFrom(type);
  }

  @Override
  public Object readFrom(
      Class<Object> type,
      Type generic,
      Annotation[] notes,
      MediaType media,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    String length = headers.getFirst(HttpHeaders.CONTENT_LENGTH);
    refuseAnnounced(length);
    byte[] bytes = body.readNBytes(length == null ? bytesMax + 1 : Integer.parseInt(length));
    if (bytes.length > bytesMax) {
      throw tooLarge("more");
    }
    return StrictJson.read(bytes, type);
  }

  @Override
  public boolean isWriteable(Class<?> type, Type generic, Annotation[] notes, MediaType media) {
    return type.isRecord()
        || JsonNode.class.isAssignableFrom(type)
        || List.class.isAssignableFrom(type)
        || Map.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(
      Object value,
      Class<?> type,
      Type generic,
      Annotation[] notes,
      MediaType media,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    byte[] bytes = bytes(value);
    headers.putSingle(HttpHeaders.CONTENT_LENGTH, bytes.length);
    out.write(bytes);
  }

  static byte[] bytes(Object value) {
    try {
      return Json.LENIENT.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected " + value.getClass() + " to have a JSON form", e);
    }
  }

  private void refuseAnnounced(String length) {
    if (length != null && (length.length() > 18 || Long.parseLong(length) > bytesMax)) {
      throw tooLarge(length);
    }
  }

  private ProblemException tooLarge(String found) {
    return new ProblemException(
        ProblemType.TOO_LARGE,
        "Expected a JSON body of at most %,d bytes, but it has %s; nothing was changed"
            .formatted(bytesMax, found));
  }
}
