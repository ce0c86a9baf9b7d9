package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;

/// Reads what a person or a foreign program sent, and says precisely what is wrong with it: the
/// place, the field, and the field that was probably meant.
final class StrictJson {
  private static final String CONSEQUENCE = "; nothing was changed";

  private StrictJson() {}

  /// @throws ProblemException `bad-request` when the bytes are not what the type asks for
  static <T> T read(byte[] json, Class<T> type) {
    if (json.length == 0) {
      throw ProblemException.badRequest(
          "Expected a JSON object (%s), but the body is empty%s"
              .formatted(type.getSimpleName(), CONSEQUENCE));
    }
    try {
      return checked(Json.STRICT.readValue(json, type), type);
    } catch (JacksonException e) {
      throw explained(e);
    } catch (IOException e) {
      throw new IllegalStateException("Expected to read from memory", e);
    }
  }

  /// @throws ProblemException `bad-request` when the tree is not what the type asks for
  static <T> T read(JsonNode json, Class<T> type) {
    try {
      return checked(Json.STRICT.treeToValue(json, type), type);
    } catch (JsonProcessingException e) {
      throw explained(e);
    }
  }

  private static <T> T checked(@Nullable T value, Class<T> type) {
    if (value == null) {
      throw ProblemException.badRequest(
          "Expected a JSON object (%s), but it is null%s"
              .formatted(type.getSimpleName(), CONSEQUENCE));
    }
    RequiredFields.missing(value)
        .ifPresent(
            field -> {
              throw ProblemException.badRequest(
                  "Expected a value for the field '%s', but there is none%s"
                      .formatted(field, CONSEQUENCE));
            });
    return value;
  }

  private static ProblemException explained(JacksonException e) {
    String place = place(e.getLocation());
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          ProblemException.badRequest(
              "Expected known fields, but found '%s'%s%s.%s"
                  .formatted(path(unknown), place, CONSEQUENCE, meant(unknown)));
      case InvalidFormatException invalid ->
          ProblemException.badRequest(
              "Expected %s in the field '%s', but it is '%s'%s%s"
                  .formatted(
                      type(invalid),
                      path(invalid),
                      Inputs.shown(invalid.getValue()),
                      place,
                      CONSEQUENCE));
      case MismatchedInputException mismatch when !mismatch.getPath().isEmpty() ->
          ProblemException.badRequest(
              "Expected %s in the field '%s', but found something else or nothing%s%s"
                  .formatted(type(mismatch), path(mismatch), place, CONSEQUENCE));
      case MismatchedInputException mismatch ->
          ProblemException.badRequest(
              "Expected %s and nothing after it, but found something else%s%s"
                  .formatted(type(mismatch), place, CONSEQUENCE));
      default ->
          ProblemException.badRequest(
              "Expected JSON, but it is malformed%s: %s%s"
                  .formatted(place, firstLine(e.getOriginalMessage()), CONSEQUENCE));
    };
  }

  private static String meant(UnrecognizedPropertyException e) {
    List<String> known = e.getKnownPropertyIds().stream().map(Objects::toString).sorted().toList();
    return NearestName.of(e.getPropertyName(), known)
        .map(name -> " Did you mean '%s'?".formatted(name))
        .orElseGet(() -> " Known here: " + String.join(", ", known));
  }

  private static String type(MismatchedInputException e) {
    Class<?> type = e.getTargetType();
    if (type == null) {
      return "a value";
    }
    if (type == int.class || type == long.class || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return List.class.isAssignableFrom(type)
        ? "a list"
        : "a JSON object (%s)".formatted(type.getSimpleName());
  }

  /// Such as `tasks[3].payload`.
  private static String path(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                step ->
                    step.getFieldName() == null
                        ? "[%d]".formatted(step.getIndex())
                        : "." + step.getFieldName())
            .collect(Collectors.joining())
            .replaceFirst("^\\.", "");
    return Inputs.shown(path);
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null || at.getLineNr() < 1
        ? ""
        : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
  }

  /// Jackson's own words, without the lines that name its source and our classes.
  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    return line.replaceAll("\\(?(through reference chain|`?(com|java|org)\\.)[^ )]*\\)?", "")
        .strip();
  }
}
