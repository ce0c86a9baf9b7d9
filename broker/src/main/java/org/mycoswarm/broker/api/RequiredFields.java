package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds what was read to what the wire records say: a component without `@Nullable` must be there.
/// The types are the only place where this is written down.
final class RequiredFields {
  private RequiredFields() {}

  /// The path of the first field that must have a value and has none, such as `tasks[0].payload`.
  static Optional<String> missing(Object record) {
    return missing(record, "");
  }

  private static Optional<String> missing(Object value, String path) {
    return switch (value) {
      case JsonNode _ -> Optional.empty();
      case List<?> list ->
          first(
              IntStream.range(0, list.size())
                  .mapToObj(i -> of(list.get(i), "%s[%d]".formatted(path, i))));
      case Map<?, ?> map ->
          first(map.entrySet().stream().map(e -> of(e.getValue(), path + "." + e.getKey())));
      case Record record ->
          first(Stream.of(record.getClass().getRecordComponents()).map(c -> of(record, c, path)));
      default -> Optional.empty();
    };
  }

  private static Optional<String> of(Record record, RecordComponent component, String path) {
    String name = path.isEmpty() ? component.getName() : path + "." + component.getName();
    Object value = read(record, component);
    return absent(value) && optional(component) ? Optional.empty() : of(value, name);
  }

  private static Optional<String> of(@Nullable Object value, String path) {
    return value == null || absent(value) ? Optional.of(path) : missing(value, path);
  }

  private static boolean absent(@Nullable Object value) {
    return value == null
        || (value instanceof JsonNode node && (node.isNull() || node.isMissingNode()));
  }

  static boolean optional(RecordComponent component) {
    AnnotatedType type = component.getAnnotatedType();
    return type.isAnnotationPresent(Nullable.class);
  }

  private static Optional<String> first(Stream<Optional<String>> found) {
    return found.flatMap(Optional::stream).findFirst();
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Expected to read " + component, e);
    }
  }
}
