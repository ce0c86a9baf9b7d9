package org.mycoswarm.node.generate;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// A real server that speaks as Ollama and as a llama.cpp server do, with a model whose answers
/// follow from the question: what was said last, or of numbered passages the first. A word is a
/// token. Started by tests, or as a program of its own (this one file), which prints its address.
///
/// `POST /stand-in` says how it behaves: `{"millisPerWord": 0, "status": 200, "breakAfterWords":
/// 0}`.
public final class StandIn implements AutoCloseable {
  public static final String MODEL = "stand-in:latest";
  public static final String DIGEST = "5".repeat(64);

  /// One that refuses conversations, as models that only embed do.
  public static final String EMBEDS = "embeds:latest";

  private record Behaviour(int millisPerWord, int status, int breakAfterWords) {}

  private record Asked(JsonNode body, JsonNode options, String tokensMax) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicInteger chats = new AtomicInteger();
  private volatile Behaviour behaviour = new Behaviour(0, 200, 0);
  private volatile JsonNode last = JSON.nullNode();

  public StandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/stand-in", this::behave);
    server.createContext("/api/tags", exchange -> answer(exchange, 200, tags()));
    server.createContext("/api/chat", this::ollama);
    server.createContext("/v1/models", exchange -> answer(exchange, 200, models()));
    server.createContext("/v1/chat/completions", this::llama);
    server.start();
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(new StandIn().address());
    new CountDownLatch(1).await(); // until it is killed
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// How many conversations it was asked to continue.
  public int chats() {
    return chats.get();
  }

  /// What it was asked last.
  public JsonNode last() {
    return last;
  }

  /// @param breakAfterWords closes the connection then; 0: never
  public void behave(int millisPerWord, int status, int breakAfterWords) {
    behaviour = new Behaviour(millisPerWord, status, breakAfterWords);
  }

  private void behave(HttpExchange exchange) throws IOException {
    JsonNode wanted = JSON.readTree(exchange.getRequestBody());
    behave(
        wanted.path("millisPerWord").asInt(),
        wanted.path("status").asInt(200),
        wanted.path("breakAfterWords").asInt());
    answer(exchange, 200, JSON.createObjectNode());
  }

  private static JsonNode tags() {
    ObjectNode tags = JSON.createObjectNode();
    for (String name : List.of(MODEL, EMBEDS)) {
      tags.withArray("models")
          .addObject()
          .put("name", name)
          .put("model", name)
          .put("digest", name.equals(MODEL) ? DIGEST : "6".repeat(64))
          .put("size", 1_000);
    }
    return tags;
  }

  private static JsonNode models() {
    ObjectNode models = JSON.createObjectNode().put("object", "list");
    ObjectNode model = models.withArray("data").addObject().put("id", "/models/stand-in.gguf");
    model.put("object", "model").put("owned_by", "llamacpp");
    model.putObject("meta").put("n_params", 1_000).put("n_vocab", 7).put("size", 4_000);
    return models;
  }

  private void ollama(HttpExchange exchange) throws IOException {
    JsonNode body = asked(exchange);
    if (body.path("model").asText().equals(EMBEDS)) {
      String reason = "\"%s\" does not support chat".formatted(EMBEDS);
      answer(exchange, 400, JSON.createObjectNode().put("error", reason));
      return;
    }
    if (!body.path("model").asText().equals(MODEL)) {
      answer(exchange, 404, JSON.createObjectNode().put("error", "model not found"));
      return;
    }
    speak(exchange, new Asked(body, body.path("options"), "num_predict"), new OllamaWords());
  }

  private void llama(HttpExchange exchange) throws IOException {
    JsonNode body = asked(exchange);
    speak(exchange, new Asked(body, body, "max_tokens"), new LlamaWords());
  }

  private JsonNode asked(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    chats.incrementAndGet();
    last = body;
    return body;
  }

  /// How one of the protocols says it.
  private interface Words {
    String type();

    String word(String text);

    String end(String finish, int promptTokens, int tokens);

    JsonNode whole(String text, String finish, int promptTokens, int tokens);
  }

  private void speak(HttpExchange exchange, Asked asked, Words words) throws IOException {
    Behaviour now = behaviour;
    if (now.status() != 200) {
      answer(exchange, now.status(), JSON.createObjectNode().put("error", "out of order"));
      return;
    }
    String question = asked.body().at("/messages").findValuesAsText("content").getLast();
    List<String> answer = tokens(text(question));
    boolean stopped = cut(answer, asked.options().path("stop"));
    int most = asked.options().path(asked.tokensMax()).asInt(1_000);
    String finish = stopped || answer.size() <= most ? "stop" : "length";
    answer = answer.subList(0, Math.min(most, answer.size()));
    int promptTokens = tokens(question).size();
    if (!asked.body().path("stream").asBoolean(true)) {
      answer(
          exchange, 200, words.whole(String.join("", answer), finish, promptTokens, answer.size()));
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", words.type());
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    for (int i = 0; i < answer.size(); i++) {
      if (now.breakAfterWords() > 0 && i == now.breakAfterWords()) {
        throw new IOException("This server breaks here"); // which closes the connection
      }
      pause(now.millisPerWord());
      write(out, words.word(answer.get(i)));
    }
    write(out, words.end(finish, promptTokens, answer.size()));
    exchange.close();
  }

  /// What the model says.
  public static String text(String question) {
    int passage = question.indexOf("\n[1] ");
    if (passage < 0) {
      return "You said: " + question;
    }
    // A question with numbered passages: the last line of the first of them, with its number.
    String first = question.substring(passage).split("\n\n(?=\\[2] |Question: )", -1)[0];
    return first.lines().toList().getLast() + " [1]";
  }

  private static List<String> tokens(String text) {
    return new ArrayList<>(List.of(text.split("(?<= )")));
  }

  private static boolean cut(List<String> answer, JsonNode stops) {
    for (JsonNode stop : stops) {
      for (int i = 0; i < answer.size(); i++) {
        if (answer.get(i).contains(stop.asText())) {
          answer.subList(i, answer.size()).clear();
          return true;
        }
      }
    }
    return false;
  }

  private void pause(int millis) throws IOException {
    try {
      if (closing.await(millis, TimeUnit.MILLISECONDS)) {
        throw new IOException("This server ends");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static final class OllamaWords implements Words {
    @Override
    public String type() {
      return "application/x-ndjson";
    }

    @Override
    public String word(String text) {
      return object(text, false) + "\n";
    }

    @Override
    public String end(String finish, int promptTokens, int tokens) {
      return whole("", finish, promptTokens, tokens) + "\n";
    }

    @Override
    public JsonNode whole(String text, String finish, int promptTokens, int tokens) {
      return object(text, true)
          .put("done_reason", finish)
          .put("prompt_eval_count", promptTokens)
          .put("eval_count", tokens)
          .put("eval_duration", tokens * 20_000_000L);
    }

    private static ObjectNode object(String text, boolean done) {
      ObjectNode object = JSON.createObjectNode().put("model", MODEL);
      object.putObject("message").put("role", "assistant").put("content", text);
      return object.put("done", done);
    }
  }

  private static final class LlamaWords implements Words {
    @Override
    public String type() {
      return "text/event-stream";
    }

    @Override
    public String word(String text) {
      ObjectNode chunk = JSON.createObjectNode();
      ObjectNode choice = chunk.withArray("choices").addObject().putNull("finish_reason");
      choice.putObject("delta").put("content", text);
      return "data: %s\n\n".formatted(chunk);
    }

    @Override
    public String end(String finish, int promptTokens, int tokens) {
      ObjectNode chunk = JSON.createObjectNode();
      chunk.withArray("choices").addObject().put("finish_reason", finish).putObject("delta");
      ObjectNode counts = JSON.createObjectNode();
      counts.putArray("choices");
      counts.set("usage", usage(promptTokens, tokens));
      counts.putObject("timings").put("predicted_per_second", 50.0);
      return "data: %s\n\ndata: %s\n\ndata: [DONE]\n\n".formatted(chunk, counts);
    }

    @Override
    public JsonNode whole(String text, String finish, int promptTokens, int tokens) {
      ObjectNode whole = JSON.createObjectNode();
      ObjectNode choice = whole.withArray("choices").addObject().put("finish_reason", finish);
      choice.putObject("message").put("role", "assistant").put("content", text);
      whole.set("usage", usage(promptTokens, tokens));
      return whole;
    }

    private static ObjectNode usage(int promptTokens, int tokens) {
      return JSON.createObjectNode()
          .put("prompt_tokens", promptTokens)
          .put("completion_tokens", tokens);
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = body.toString().getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  /// Ends as if it was killed: connections break off.
  public void die() {
    closing.countDown();
    server.stop(0);
  }

  @Override
  public void close() {
    die();
  }
}
