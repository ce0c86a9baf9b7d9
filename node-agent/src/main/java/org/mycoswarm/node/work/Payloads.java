package org.mycoswarm.node.work;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Model;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.LeaseGrant;

/// Reading what a task asks for.
final class Payloads {
  private Payloads() {}

  static <T> T read(LeaseGrant task, Class<T> type) throws TaskFailed {
    JsonNode payload = task.payload();
    try {
      T value = payload == null ? null : Json.LENIENT.treeToValue(payload, type);
      return required(task, "payload", value);
    } catch (JsonProcessingException e) {
      throw TaskFailed.forGood(
          "Expected the payload of a task of kind '%s', but it is none: %s"
              .formatted(task.kind(), e.getOriginalMessage()));
    }
  }

  static <T> T required(LeaseGrant task, String field, @Nullable T value) throws TaskFailed {
    if (value == null) {
      throw TaskFailed.forGood(
          "Expected '%s' in a task of kind '%s', but it is absent".formatted(field, task.kind()));
    }
    return value;
  }

  static Model model(ModelShelf shelf, String digest) throws TaskFailed {
    return shelf
        .model(digest)
        .orElseThrow(
            () ->
                TaskFailed.retryable(
                    "Expected the model '%s' on this node, but it is not there any more"
                        .formatted(digest)));
  }
}
