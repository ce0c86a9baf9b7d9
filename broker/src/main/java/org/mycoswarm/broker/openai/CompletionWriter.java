package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.chat.WholeAnswer;

/// Makes the objects that one answer consists of: the whole of it, or its pieces.
///
/// @param id of the answer
/// @param model name of the model that answers
record CompletionWriter(String id, String model, Instant created) {
  /// Whole, as an object.
  ObjectNode whole(WholeAnswer answer) {
    return whole(answer.text(), answer.finish(), answer.promptTokens(), answer.completionTokens());
  }

  ObjectNode whole(String text, String finish, int promptTokens, int completionTokens) {
    ObjectNode whole = begun("chat.completion");
    ObjectNode choice = whole.putArray("choices").addObject().put("index", 0);
    choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", finish);
    whole.set("usage", usage(promptTokens, completionTokens));
    return whole;
  }

  /// A piece that says who speaks.
  ObjectNode beginning() {
    return chunk(delta -> delta.put("role", "assistant").put("content", ""), null);
  }

  ObjectNode piece(String text) {
    return chunk(delta -> delta.put("content", text), null);
  }

  ObjectNode end(String finish) {
    return chunk(_ -> {}, finish);
  }

  /// The last piece, where it is asked for.
  ObjectNode counts(int promptTokens, int completionTokens) {
    ObjectNode counts = begun("chat.completion.chunk");
    counts.putArray("choices");
    counts.set("usage", usage(promptTokens, completionTokens));
    return counts;
  }

  private interface Delta {
    void fill(ObjectNode delta);
  }

  private ObjectNode chunk(Delta filling, @Nullable String finish) {
    ObjectNode chunk = begun("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    filling.fill(choice.putObject("delta"));
    choice.putNull("logprobs").put("finish_reason", finish);
    return chunk;
  }

  private ObjectNode begun(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created.getEpochSecond())
        .put("model", model);
  }

  private static ObjectNode usage(int promptTokens, int completionTokens) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_tokens", promptTokens)
        .put("completion_tokens", completionTokens)
        .put("total_tokens", promptTokens + completionTokens);
  }
}
