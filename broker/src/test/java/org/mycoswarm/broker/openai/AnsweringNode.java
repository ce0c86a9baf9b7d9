package org.mycoswarm.broker.openai;

import static org.mycoswarm.broker.api.BrokerUnderTest.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.mycoswarm.broker.api.BrokerUnderTest;
import org.mycoswarm.schema.json.Json;

/// A node that generates: it speaks to the broker over HTTP as any node does, and answers each task
/// by what a function makes of the payload. Works until it is closed.
public final class AnsweringNode implements AutoCloseable {
  public static final String DIGEST = "sha256:" + "9".repeat(64);
  public static final String MODEL = "tiny:latest";

  /// Makes a task fail for good.
  public static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Refusal(String message) {
      super(message);
    }
  }

  private final BrokerUnderTest broker;
  private final Function<JsonNode, String> answers;
  private final CompletableFuture<Void> work;
  private volatile boolean closed;

  /// @param answers from the payload of a `generate` task
  public AnsweringNode(BrokerUnderTest broker, Function<JsonNode, String> answers) {
    this.broker = broker;
    this.answers = answers;
    broker.post(
        "/api/v1/nodes",
        """
        {"node":"answers","name":"answers","detail":{},"capabilities":
          [{"kind":"generate","model":"%s","modelName":"%s","device":"test","rate":5,"unit":"tokens"}]}"""
            .formatted(DIGEST, MODEL));
    broker.get("/api/v1/nodes"); // which waits until the tables have it
    work = CompletableFuture.runAsync(this::work);
  }

  private void work() {
    String results = "[]";
    while (!closed) {
      JsonNode work =
          json(
              broker.post(
                  "/api/v1/nodes/answers/work",
                  "{\"results\":%s,\"want\":1,\"waitSeconds\":%d}"
                      .formatted(results, results.equals("[]") ? 1 : 0)));
      results = "[]";
      for (JsonNode lease : work.path("leases")) {
        results = "[%s]".formatted(report(lease));
      }
    }
  }

  private JsonNode report(JsonNode lease) {
    var report = Json.LENIENT.createObjectNode().put("lease", lease.path("lease").asText());
    try {
      String text = answers.apply(lease.path("payload"));
      report.put("status", "completed");
      report
          .putObject("detail")
          .put("text", text)
          .put("finish", "stop")
          .put("promptTokens", 7)
          .put("completionTokens", 3)
          .put("server", "test");
    } catch (Refusal e) {
      report.put("status", "failed").put("reason", e.getMessage()).put("retryable", false);
    }
    return report;
  }

  @Override
  public void close() {
    closed = true;
    work.join();
  }
}
