package org.mycoswarm.broker.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.ResultTables.Embedded;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;

/// One `embed` task that succeeded, read: some consecutive chunks of a document and where their
/// vectors are.
///
/// @param document null when the task embeds texts of its own and not a document
record EmbeddedPart(
    int root,
    int number,
    String label,
    EmbedPayload payload,
    EmbedDetail detail,
    @Nullable ChunkPayload document) {

  static EmbeddedPart of(Embedded task) throws IOException {
    try {
      EmbedPayload payload = Json.LENIENT.readValue(task.payload(), EmbedPayload.class);
      EmbedDetail detail = Json.LENIENT.readValue(task.result(), EmbedDetail.class);
      ChunkPayload document =
          task.parentPayload() == null
              ? null
              : Json.LENIENT.readValue(task.parentPayload(), ChunkPayload.class);
      return new EmbeddedPart(task.root(), task.number(), task.label(), payload, detail, document);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Expected payload and result of an embed task in task %d, but %s"
              .formatted(task.number(), e.getOriginalMessage()),
          e);
    }
  }

  /// The first chunk's place in its document.
  int from() {
    Integer from = payload.from();
    return from == null ? 0 : from;
  }

  List<String> texts() {
    List<String> texts = payload.texts();
    return texts == null ? List.of() : texts;
  }
}
