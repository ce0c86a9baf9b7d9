package org.mycoswarm.queue.log.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The fields of a JSON object that was read. Each is taken once, and none may be left over: a
/// field nobody knows is a mistake, not a thing to pass over. What does not fit is an
/// [IllegalArgumentException].
final class JsonFields {
  /// Whatever was written can be read, so nothing is too long.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private @Nullable String[] names = new @Nullable String[8];
  private @Nullable Object[] values = new @Nullable Object[8];
  private int count;
  private int taken;

  /// Where the next field is looked for first: they are mostly taken in the order of the text.
  private int likely;

  private JsonFields() {}

  static JsonParser parser(byte[] json, int from, int bytes) throws IOException {
    return FACTORY.createParser(json, from, bytes);
  }

  /// Reads bytes that hold one JSON object and nothing else.
  static JsonFields read(byte[] json, int from, int bytes) throws IOException {
    try (JsonParser in = parser(json, from, bytes)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is not a JSON object");
      }
      return readToEnd(in);
    }
  }

  /// Reads the fields that are left of the only object of a text.
  static JsonFields readToEnd(JsonParser in) throws IOException {
    JsonFields fields = object(in);
    if (in.nextToken() != null) {
      throw new IllegalArgumentException("something follows the JSON object");
    }
    return fields;
  }

  private static JsonFields object(JsonParser in) throws IOException {
    JsonFields fields = new JsonFields();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      fields.add(name, value(in, in.nextToken()));
    }
    return fields;
  }

  private static @Nullable Object value(JsonParser in, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      default -> throw new IllegalArgumentException("a value is missing before " + token);
    };
  }

  private static List<@Nullable Object> array(JsonParser in) throws IOException {
    List<@Nullable Object> elements = new ArrayList<>();
    for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      elements.add(value(in, token));
    }
    return elements;
  }

  private void add(String name, @Nullable Object value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    names[count] = name;
    values[count] = value;
    count++;
  }

  private @Nullable Object take(String name) {
    for (int i = 0; i < count; i++) {
      int at = likely + i < count ? likely + i : likely + i - count;
      if (name.equals(names[at])) {
        names[at] = null;
        taken++;
        likely = at + 1;
        return values[at];
      }
    }
    return null;
  }

  /// Everything that is known was taken.
  void expectNoMore() {
    for (int i = 0; taken < count && i < count; i++) {
      if (names[i] != null) {
        throw new IllegalArgumentException("field '%s' is not known here".formatted(names[i]));
      }
    }
  }

  String text(String name) {
    return present(name, textOrNull(name));
  }

  @Nullable String textOrNull(String name) {
    return typed(name, take(name), String.class);
  }

  <T> T text(String name, Function<String, T> parse) {
    return parse.apply(text(name));
  }

  <T> @Nullable T textOrNull(String name, Function<String, T> parse) {
    String text = textOrNull(name);
    return text == null ? null : parse.apply(text);
  }

  Instant time(String name) {
    return Times.instant(text(name));
  }

  @Nullable Instant timeOrNull(String name) {
    return textOrNull(name, Times::instant);
  }

  long number(String name) {
    return present(name, typed(name, take(name), Long.class));
  }

  long number(String name, long usual) {
    Long value = typed(name, take(name), Long.class);
    return value == null ? usual : value;
  }

  int integer(String name) {
    return integer(name, number(name));
  }

  @Nullable Integer integerOrNull(String name) {
    Long value = typed(name, take(name), Long.class);
    return value == null ? null : integer(name, value);
  }

  private static int integer(String name, long value) {
    if (value != (int) value) {
      throw new IllegalArgumentException("field '%s' is %d".formatted(name, value));
    }
    return (int) value;
  }

  /// JSON has no word for what is not a number, so these are texts.
  double real(String name) {
    return switch (present(name, take(name))) {
      case Double value -> value;
      case Long value -> value;
      case String value -> Double.parseDouble(value);
      case Object other -> throw wrongType(name, other);
    };
  }

  boolean flag(String name) {
    Boolean value = typed(name, take(name), Boolean.class);
    return value != null && value;
  }

  <T> T object(String name, Function<JsonFields, T> shape) {
    return present(name, objectOrNull(name, shape));
  }

  <T> @Nullable T objectOrNull(String name, Function<JsonFields, T> shape) {
    JsonFields fields = typed(name, take(name), JsonFields.class);
    return fields == null ? null : whole(fields, shape);
  }

  <T> List<T> objects(String name, Function<JsonFields, T> shape) {
    return list(name, JsonFields.class, fields -> whole(fields, shape));
  }

  <T> List<T> texts(String name, Function<String, T> parse) {
    return list(name, String.class, parse);
  }

  List<String> textsOrNone(String name) {
    return has(name) ? texts(name, text -> text) : List.of();
  }

  List<Integer> numbers(String name) {
    return list(name, Long.class, value -> integer(name, value));
  }

  List<Integer> numbersOrNone(String name) {
    return has(name) ? numbers(name) : List.of();
  }

  SortedMap<String, Long> counts(String name) {
    JsonFields fields = present(name, typed(name, take(name), JsonFields.class));
    SortedMap<String, Long> counts = new TreeMap<>();
    for (int i = 0; i < fields.count; i++) {
      String unit = present(name, fields.names[i]);
      counts.put(unit, present(unit, typed(unit, fields.values[i], Long.class)));
    }
    return counts;
  }

  private boolean has(String name) {
    for (int i = 0; i < count; i++) {
      if (name.equals(names[i])) {
        return true;
      }
    }
    return false;
  }

  private <E, T> List<T> list(String name, Class<E> type, Function<E, T> each) {
    List<?> elements = present(name, typed(name, take(name), List.class));
    if (elements.isEmpty()) {
      return List.of();
    }
    List<T> list = new ArrayList<>(elements.size());
    for (Object element : elements) {
      list.add(each.apply(present(name, typed(name, element, type))));
    }
    return list;
  }

  static <T> T whole(JsonFields fields, Function<JsonFields, T> shape) {
    T value = shape.apply(fields);
    fields.expectNoMore();
    return value;
  }

  private static <T> @Nullable T typed(String name, @Nullable Object value, Class<T> type) {
    if (value != null && !type.isInstance(value)) {
      throw wrongType(name, value);
    }
    return type.cast(value);
  }

  private static IllegalArgumentException wrongType(String name, Object value) {
    return new IllegalArgumentException(
        "field '%s' is a %s".formatted(name, value.getClass().getSimpleName()));
  }

  private static <T> T present(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException("field '%s' is absent".formatted(name));
    }
    return value;
  }
}
