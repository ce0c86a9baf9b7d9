package org.mycoswarm.node.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.node.generate.ChatServer;
import org.mycoswarm.node.generate.ChatServer.Answer;
import org.mycoswarm.node.generate.ChatServers;
import org.mycoswarm.node.generate.ServerRefused;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.LeaseGrant;

/// Has a server beside this node answer a conversation. However long that takes, the lease is
/// renewed meanwhile; when it is lost, the server is told to stop.
public final class GenerateExecutor implements TaskExecutor {
  public static final String KIND = GeneratePayload.KIND;

  /// A longer answer goes into a blob.
  private static final int TEXT_BYTES_MAX = 8 << 10;

  private final Blobs blobs;
  private final ChatServers servers;

  public GenerateExecutor(Blobs blobs, ChatServers servers) {
    this.blobs = blobs;
    this.servers = servers;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public TaskResult execute(LeaseGrant task, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException {
    long start = System.nanoTime();
    GeneratePayload payload = Payloads.read(task, GeneratePayload.class);
    String digest = Payloads.required(task, "model", payload.model());
    List<ChatMessage> messages = payload.conversation();
    if (messages.isEmpty()) {
      throw TaskFailed.forGood(
          "Expected 'messages' or 'prompt' in a task of kind '%s', but there is neither"
              .formatted(KIND));
    }
    ChatServers.Served served =
        servers
            .find(digest)
            .orElseThrow(
                () ->
                    TaskFailed.retryable(
                        "Expected the model '%s' at a server beside this node, but it is not there any more"
                            .formatted(digest)));
    Answer answer = answer(served, payload, messages, wanted);
    return result(served.server(), answer, (System.nanoTime() - start) / 1_000_000);
  }

  private static Answer answer(
      ChatServers.Served served, GeneratePayload payload, List<ChatMessage> messages, Wanted wanted)
      throws TaskFailed, Unwanted, InterruptedException {
    try {
      return served.server().chat(served.offer().name(), messages, payload.asked(), wanted);
    } catch (ServerRefused e) {
      String reason = String.valueOf(e.getMessage());
      throw e.forGood() ? TaskFailed.forGood(reason) : TaskFailed.retryable(reason);
    } catch (IOException e) {
      throw TaskFailed.retryable(String.valueOf(e.getMessage()));
    }
  }

  private TaskResult result(ChatServer server, Answer answer, long millis)
      throws BrokerProblem, InterruptedException {
    byte[] text = answer.text().getBytes(UTF_8);
    String blob = text.length > TEXT_BYTES_MAX ? blobs.put(text) : null;
    return new TaskResult(
        new GenerateDetail(
            blob == null ? answer.text() : null,
            blob,
            answer.finish(),
            answer.promptTokens(),
            answer.completionTokens(),
            server.kind()),
        blob == null ? List.of() : List.of(blob),
        Map.of(
            "tokens", (long) answer.promptTokens() + answer.completionTokens(), "millis", millis),
        List.of());
  }
}
