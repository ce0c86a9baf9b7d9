package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.mycoswarm.schema.json.Json;

/// Reads an answer as it is written, piece by piece.
final class ChatStream {
  /// @param longestPauseSeconds between two pieces
  record Answer(String text, double longestPauseSeconds) {}

  private ChatStream() {}

  /// @param onPiece told after each piece how many there were; what it does stops the clock
  static Answer ask(Api api, String model, String prompt, int tokens, IntConsumer onPiece) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api.url() + "/v1/chat/completions"))
            .timeout(Duration.ofMinutes(5))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body(model, prompt, tokens)))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var answer = http.send(request, BodyHandlers.ofInputStream());
      if (answer.statusCode() != 200) {
        throw new AssertionError(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
      }
      return read(answer, onPiece);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String body(String model, String prompt, int tokens) {
    return Api.jsonOf(
        Map.of(
            "model",
            model,
            "messages",
            List.of(Map.of("role", "user", "content", prompt)),
            "max_tokens",
            tokens,
            "temperature",
            0,
            "stream",
            true));
  }

  private static Answer read(HttpResponse<java.io.InputStream> answer, IntConsumer onPiece)
      throws IOException {
    StringBuilder text = new StringBuilder();
    int pieces = 0;
    double longest = 0;
    long last = System.nanoTime();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("data: {")) {
          continue;
        }
        JsonNode chunk = Json.LENIENT.readTree(line.substring(6));
        if (chunk.has("error")) {
          throw new AssertionError(chunk.toString());
        }
        String piece = chunk.at("/choices/0/delta/content").asText("");
        if (!piece.isEmpty()) {
          text.append(piece);
          longest = Math.max(longest, (System.nanoTime() - last) / 1e9);
          last = System.nanoTime();
          pieces++;
          onPiece.accept(pieces);
        }
      }
    }
    return new Answer(text.toString(), longest);
  }
}
