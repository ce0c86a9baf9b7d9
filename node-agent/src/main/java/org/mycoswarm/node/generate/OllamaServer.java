package org.mycoswarm.node.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.node.work.Unwanted;
import org.mycoswarm.node.work.Wanted;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.Sampling;

/// Ollama, by its own interface. A model's digest is the one that Ollama gives it, of its manifest.
public final class OllamaServer implements ChatServer {
  public static final URI USUAL = URI.create("http://127.0.0.1:11434");

  /// What every version gives a conversation, whatever is set.
  private static final int CONTEXT_USUAL = 2_048;

  private static final int CONTEXT_MAX = 131_072;

  private final ServerCalls calls;

  public OllamaServer(URI address) {
    this.calls = new ServerCalls("Ollama", address);
  }

  @Override
  public String kind() {
    return "ollama";
  }

  @Override
  public URI address() {
    return calls.address();
  }

  @Override
  public List<Offer> offers() throws IOException, InterruptedException {
    List<Offer> offers = new ArrayList<>();
    for (JsonNode model : calls.get("/api/tags").path("models")) {
      String digest = model.path("digest").asText();
      if (digest.matches("[0-9a-f]{64}")) {
        offers.add(new Offer(model.path("name").asText(), "sha256:" + digest));
      }
    }
    return offers;
  }

  @Override
  public Answer chat(String model, List<ChatMessage> messages, Sampling sampling, Wanted wanted)
      throws IOException, InterruptedException, Unwanted {
    Course course = new Course();
    calls.stream("/api/chat", body(model, messages, sampling), course::line, wanted);
    return course.answer();
  }

  private static JsonNode body(String model, List<ChatMessage> messages, Sampling sampling) {
    ObjectNode body = Json.LENIENT.createObjectNode().put("model", model).put("stream", true);
    body.set("messages", Json.LENIENT.valueToTree(messages));
    // Rather a refusal than an answer to half of a question.
    body.put("truncate", false).put("shift", false);
    ObjectNode options = body.putObject("options").put("num_predict", sampling.tokensMax());
    options.set("temperature", Json.LENIENT.valueToTree(sampling.temperature()));
    options.set("top_p", Json.LENIENT.valueToTree(sampling.topP()));
    options.set("top_k", Json.LENIENT.valueToTree(sampling.topK()));
    options.set("seed", Json.LENIENT.valueToTree(sampling.seed()));
    options.set("stop", Json.LENIENT.valueToTree(sampling.stop()));
    int context = context(messages, sampling);
    if (context > CONTEXT_USUAL) {
      options.put("num_ctx", context);
    }
    options.properties().removeIf(option -> option.getValue().isNull());
    return body;
  }

  /// Tokens that the conversation may take, generously counted; a power of two, because Ollama
  /// loads a model anew for each other number.
  static int context(List<ChatMessage> messages, Sampling sampling) {
    long characters = messages.stream().mapToLong(one -> one.content().length() + 24L).sum();
    long tokens = Math.min(CONTEXT_MAX, characters / 2 + sampling.tokensMax());
    int context = CONTEXT_USUAL;
    while (context < tokens) {
      context *= 2;
    }
    return context;
  }

  /// One answer while it comes: objects, a line each, the last of which says that it is.
  private static final class Course {
    private final StringBuilder text = new StringBuilder();
    private JsonNode last = Json.LENIENT.nullNode();

    void line(String line) throws IOException {
      JsonNode object = Json.LENIENT.readTree(line);
      if (object.hasNonNull("error")) {
        throw new IOException("Ollama failed: " + object.path("error").asText());
      }
      text.append(object.at("/message/content").asText());
      if (object.path("done").asBoolean()) {
        last = object;
      }
    }

    Answer answer() throws IOException {
      if (last.isNull()) {
        throw new IOException("Expected the end of an answer of Ollama, but it broke off");
      }
      int tokens = last.path("eval_count").asInt();
      double seconds = last.path("eval_duration").asDouble() / 1e9;
      return new Answer(
          text.toString(),
          last.path("done_reason").asText().equals("length")
              ? GenerateDetail.LENGTH
              : GenerateDetail.STOP,
          last.path("prompt_eval_count").asInt(),
          tokens,
          seconds > 0 ? tokens / seconds : 0);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
