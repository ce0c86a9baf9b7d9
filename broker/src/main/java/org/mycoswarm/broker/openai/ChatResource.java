package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.mycoswarm.broker.chat.ChatModel;
import org.mycoswarm.broker.chat.ChatModels;
import org.mycoswarm.broker.chat.ChatRequest;
import org.mycoswarm.broker.chat.NoAnswer;
import org.mycoswarm.broker.chat.WholeAnswer;
import org.mycoswarm.broker.embedding.UrgentEmbedding;

/// The next turn of a conversation, at once or while it is written.
@Path("v1/chat/completions")
@Produces({MediaType.APPLICATION_JSON, MediaType.SERVER_SENT_EVENTS})
public final class ChatResource {
  /// Programs for this interface wait for ten minutes.
  private static final Duration WAIT = Duration.ofMinutes(9);

  private final ChatModels models;
  private final Supplier<String> ids;
  private final InstantSource clock;

  /// @param ids makes ids that nothing has yet
  ChatResource(ChatModels models, Supplier<String> ids, InstantSource clock) {
    this.models = models;
    this.ids = ids;
    this.clock = clock;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response create(JsonNode body) throws IOException, InterruptedException {
    ChatCompletionRequest request = ChatCompletionRequest.of(body);
    ChatModel model = model(models, request.model());
    CompletionWriter writer =
        new CompletionWriter("chatcmpl-" + ids.get(), model.name(), clock.instant());
    ChatRequest asked =
        new ChatRequest(
            request.messages(), request.sampling(), UrgentEmbedding.PRIORITY_OF_PROGRAMS, WAIT);
    if (!request.stream()) {
      WholeAnswer answer = WholeAnswer.of(model, asked);
      return Response.ok(writer.whole(answer), MediaType.APPLICATION_JSON_TYPE).build();
    }
    StreamingOutput out =
        stream -> send(model, asked, new ChatStream(stream, writer, request.usage()));
    return Response.ok(out, MediaType.SERVER_SENT_EVENTS_TYPE)
        .header("Cache-Control", "no-store")
        .header("X-Accel-Buffering", "no")
        .build();
  }

  private static void send(ChatModel model, ChatRequest asked, ChatStream stream)
      throws IOException {
    try {
      model.chat(asked, stream);
    } catch (NoAnswer e) {
      if (!stream.begun()) {
        throw e;
      }
      stream.fail(OpenAiError.of(503, String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswer(
          NoAnswer.Cause.BUSY,
          "Expected to answer, but the broker is stopping; ask again when it is back");
    }
  }

  /// @throws OpenAiError 404
  static ChatModel model(ChatModels models, String name) {
    return models
        .find(name)
        .orElseThrow(
            () ->
                new OpenAiError(
                    404,
                    "The model '%s' does not exist or no node has it. Known: %s."
                        .formatted(name.substring(0, Math.min(100, name.length())), names(models)),
                    "model",
                    "model_not_found"));
  }

  private static String names(ChatModels models) {
    String names = String.join(", ", models.all().stream().map(ChatModel::name).toList());
    return names.isEmpty() ? "none" : names;
  }
}
