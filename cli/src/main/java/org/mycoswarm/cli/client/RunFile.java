package org.mycoswarm.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.mycoswarm.schema.json.Json;

/// `run/broker.json` in the broker's home: how programs of the same machine find it.
///
/// @param url without a `/` at its end
/// @param broker the broker's id
public record RunFile(URI url, String broker, long pid) {

  public static Path in(Path home) {
    return home.resolve("run").resolve("broker.json");
  }

  /// Empty when there is none, or when it is not whole.
  public static Optional<RunFile> read(Path home) {
    try {
      JsonNode file = Json.LENIENT.readTree(Files.readString(in(home)));
      if (!file.hasNonNull("url")) {
        return Optional.empty();
      }
      return Optional.of(
          new RunFile(
              URI.create(file.get("url").asText().replaceAll("/+$", "")),
              file.path("broker").asText(),
              file.path("pid").asLong()));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // half written: the next look finds it whole
    }
  }
}
