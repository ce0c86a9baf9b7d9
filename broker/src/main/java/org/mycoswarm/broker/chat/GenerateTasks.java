package org.mycoswarm.broker.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.GeneratePayload;

/// `generate` tasks, and what comes back of them.
public final class GenerateTasks {
  private GenerateTasks() {}

  /// The task of one answer; its cost is the tokens that it may have.
  public static TaskSpec of(GeneratePayload payload, RetryPolicy retry, Duration leaseTime) {
    Requirement requirement = new Requirement(GeneratePayload.KIND, payload.model());
    int tokensMax = payload.asked().tokensMax();
    return new TaskSpec(
        new Terms(requirement, retry, leaseTime, null, tokensMax, null),
        "at most %,d tokens".formatted(tokensMax),
        null,
        json(payload),
        List.of(),
        TaskSpec.Start.AT_ONCE);
  }

  /// What such a task made.
  ///
  /// @param detail JSON, as the node reported it
  /// @throws IOException when it is not what a node should report
  public static GenerateDetail detail(String detail) throws IOException {
    return Json.LENIENT.readValue(detail, GenerateDetail.class);
  }

  /// The answer itself, wherever it lies.
  ///
  /// @throws IOException when its blob is missing or damaged
  public static String text(GenerateDetail detail, BlobStore blobs) throws IOException {
    String blob = detail.blob();
    if (blob == null) {
      return detail.text() == null ? "" : detail.text();
    }
    try (InputStream in =
        blobs
            .open(new BlobHash(blob))
            .orElseThrow(
                () -> new IOException("Expected blob '%s', but it is not here".formatted(blob)))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String json(GeneratePayload payload) {
    try {
      return Json.LENIENT.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a record of texts to have a JSON form", e);
    }
  }
}
