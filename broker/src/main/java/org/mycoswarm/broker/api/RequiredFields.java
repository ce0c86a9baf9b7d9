package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds what was read to what the wire records say: a component without `@Nullable` must be there.
/// The types are the only place where this is written down; each is looked at once, because the JVM
/// reads a record's annotations anew whenever it is asked.
final class RequiredFields {
  private record Field(String name, boolean optional, MethodHandle accessor) {}

  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return Stream.of(type.getRecordComponents()).map(RequiredFields::field).toList();
        }
      };

  private RequiredFields() {}

  /// The path of the first field that must have a value and has none, such as `tasks[0].payload`.
  static Optional<String> missing(Object record) {
    return Optional.ofNullable(gap(record)).map(path -> path.replaceFirst("^\\.", ""));
  }

  static boolean optional(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  /// The path from a value to what is missing in it, such as `.tasks[0].payload`, or null.
  private static @Nullable String gap(Object value) {
    return switch (value) {
      case JsonNode _ -> null;
      case List<?> list -> gapInList(list);
      case Map<?, ?> map -> gapInMap(map);
      case Record record -> gapInRecord(record);
      default -> null;
    };
  }

  private static @Nullable String gapInList(List<?> list) {
    for (int i = 0; i < list.size(); i++) {
      String gap = gapAt(list.get(i));
      if (gap != null) {
        return "[" + i + "]" + gap;
      }
    }
    return null;
  }

  private static @Nullable String gapInMap(Map<?, ?> map) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String gap = gapAt(entry.getValue());
      if (gap != null) {
        return "." + entry.getKey() + gap;
      }
    }
    return null;
  }

  private static @Nullable String gapInRecord(Record record) {
    for (Field field : FIELDS.get(record.getClass())) {
      Object value = read(record, field);
      String gap = field.optional() && absent(value) ? null : gapAt(value);
      if (gap != null) {
        return "." + field.name() + gap;
      }
    }
    return null;
  }

  private static @Nullable String gapAt(@Nullable Object value) {
    return value == null || absent(value) ? "" : gap(value);
  }

  private static boolean absent(@Nullable Object value) {
    return value == null
        || (value instanceof JsonNode node && (node.isNull() || node.isMissingNode()));
  }

  private static Field field(RecordComponent component) {
    try {
      MethodHandle accessor =
          MethodHandles.publicLookup()
              .unreflect(component.getAccessor())
              .asType(MethodType.methodType(Object.class, Record.class));
      return new Field(component.getName(), optional(component), accessor);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("Expected wire records to be public", e);
    }
  }

  private static @Nullable Object read(Record record, Field field) {
    try {
      return field.accessor().invokeExact(record);
    } catch (Throwable e) {
      throw new IllegalStateException("Expected to read " + field.name(), e);
    }
  }
}
