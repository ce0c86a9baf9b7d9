package org.mycoswarm.node.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.mycoswarm.node.work.Unwanted;
import org.mycoswarm.node.work.Wanted;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.Sampling;

/// A server of llama.cpp, or another that speaks OpenAI's interface, by that.
///
/// It gives no digest, and its file may be out of reach. So ours is a hash of what the server
/// tells: the file's name and the figures of the model. Two files that agree in all of them count
/// as one.
public final class LlamaServer implements ChatServer {
  public static final URI USUAL = URI.create("http://127.0.0.1:8080");

  private static final List<String> FIGURES =
      List.of("n_params", "size", "n_vocab", "n_embd", "n_ctx_train", "vocab_type");

  private final ServerCalls calls;
  private final boolean anyProgram;

  /// @param anyProgram whether the address was given by a person: then another program than
  ///     llama.cpp will do. Others that happen to be there are left alone
  public LlamaServer(URI address, boolean anyProgram) {
    this.calls = new ServerCalls("a llama.cpp server", address);
    this.anyProgram = anyProgram;
  }

  @Override
  public String kind() {
    return "llama.cpp";
  }

  @Override
  public URI address() {
    return calls.address();
  }

  @Override
  public List<Offer> offers() throws IOException, InterruptedException {
    List<Offer> offers = new ArrayList<>();
    for (JsonNode model : calls.get("/v1/models").path("data")) {
      String id = model.path("id").asText();
      if (!anyProgram && !model.path("owned_by").asText().equals("llamacpp")) {
        throw new IOException(
            "Expected a llama.cpp server at %s, but what answers there is another program; --llama-server %s has it used all the same"
                .formatted(address(), address()));
      }
      offers.add(new Offer(id, digest(id, model.path("meta"))));
    }
    return offers;
  }

  static String digest(String id, JsonNode meta) {
    StringBuilder told = new StringBuilder("llama.cpp\n").append(fileName(id)).append('\n');
    FIGURES.forEach(
        figure -> told.append(figure).append('=').append(meta.path(figure).asText()).append('\n'));
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(told.toString().getBytes(UTF_8));
      return "sha256:" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /// The server calls a model by the path of its file, unless it was given another name.
  private static String fileName(String id) {
    return id.substring(Math.max(id.lastIndexOf('/'), id.lastIndexOf('\\')) + 1);
  }

  @Override
  public Answer chat(String model, List<ChatMessage> messages, Sampling sampling, Wanted wanted)
      throws IOException, InterruptedException, Unwanted {
    Course course = new Course();
    calls.stream("/v1/chat/completions", body(model, messages, sampling), course::line, wanted);
    return course.answer();
  }

  private static JsonNode body(String model, List<ChatMessage> messages, Sampling sampling) {
    ObjectNode body = Json.LENIENT.createObjectNode().put("model", model).put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    body.set("messages", Json.LENIENT.valueToTree(messages));
    body.put("max_tokens", sampling.tokensMax());
    body.set("temperature", Json.LENIENT.valueToTree(sampling.temperature()));
    body.set("top_p", Json.LENIENT.valueToTree(sampling.topP()));
    body.set("top_k", Json.LENIENT.valueToTree(sampling.topK()));
    body.set("seed", Json.LENIENT.valueToTree(sampling.seed()));
    body.set("stop", Json.LENIENT.valueToTree(sampling.stop()));
    body.properties().removeIf(field -> field.getValue().isNull());
    return body;
  }

  /// One answer while it comes: server-sent events, the last of which is `[DONE]`.
  private static final class Course {
    private static final String DATA = "data:";
    private final StringBuilder text = new StringBuilder();
    private final long asked = System.nanoTime();
    private String finish = "";
    private int promptTokens;
    private int completionTokens;
    private double rate;

    void line(String line) throws IOException {
      String data = line.startsWith(DATA) ? line.substring(DATA.length()).strip() : "";
      if (data.isEmpty() || data.equals("[DONE]")) {
        return;
      }
      JsonNode chunk = Json.LENIENT.readTree(data);
      if (chunk.hasNonNull("error")) {
        throw new IOException("The server failed: " + chunk.at("/error/message").asText());
      }
      JsonNode choice = chunk.at("/choices/0");
      JsonNode content = choice.at("/delta/content");
      text.append(content.isTextual() ? content.asText() : "");
      finish = choice.path("finish_reason").asText("").isEmpty() ? finish : finish(choice);
      JsonNode usage = chunk.path("usage");
      promptTokens = usage.path("prompt_tokens").asInt(promptTokens);
      completionTokens = usage.path("completion_tokens").asInt(completionTokens);
      rate = chunk.at("/timings/predicted_per_second").asDouble(rate);
    }

    private static String finish(JsonNode choice) {
      String reason = choice.path("finish_reason").asText();
      return switch (reason) {
        case "null" -> "";
        case "length" -> GenerateDetail.LENGTH;
        default -> GenerateDetail.STOP;
      };
    }

    Answer answer() throws IOException {
      if (finish.isEmpty()) {
        throw new IOException("Expected the end of an answer of the server, but it broke off");
      }
      double seconds = (System.nanoTime() - asked) / 1e9;
      return new Answer(
          text.toString(),
          finish,
          promptTokens,
          completionTokens,
          rate > 0 ? rate : completionTokens / seconds);
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
