package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Lists in pages, as the interface has them.
final class Pages {
  private Pages() {}

  /// @param limit of the caller, or null
  /// @param after id of the last one of the page before, or null
  /// @throws OpenAiError when one of them is none
  static <T> JsonNode page(
      List<T> all,
      @Nullable String limit,
      @Nullable String after,
      int limitUsual,
      int limitMax,
      Function<T, JsonNode> view) {
    int max = limit(limit, limitUsual, limitMax);
    List<JsonNode> views = all.stream().map(view).toList();
    int from = 0;
    if (after != null) {
      List<String> ids = views.stream().map(one -> one.path("id").asText()).toList();
      from = ids.indexOf(after) + 1;
      if (from == 0) {
        throw OpenAiError.invalid("after", "Expected the id of one in the list in 'after'");
      }
    }
    List<JsonNode> shown = views.subList(from, Math.min(views.size(), from + max));
    ObjectNode page = JsonNodeFactory.instance.objectNode().put("object", "list");
    ArrayNode data = page.putArray("data");
    shown.forEach(data::add);
    page.put("first_id", shown.isEmpty() ? null : shown.getFirst().path("id").asText());
    page.put("last_id", shown.isEmpty() ? null : shown.getLast().path("id").asText());
    return page.put("has_more", from + shown.size() < views.size());
  }

  private static int limit(@Nullable String limit, int usual, int max) {
    if (limit == null) {
      return usual;
    }
    try {
      int wanted = Integer.parseInt(limit);
      if (wanted >= 1 && wanted <= max) {
        return wanted;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw OpenAiError.invalid("limit", "Expected 1 to %,d in 'limit'".formatted(max));
  }
}
