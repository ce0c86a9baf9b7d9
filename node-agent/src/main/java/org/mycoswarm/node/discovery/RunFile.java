package org.mycoswarm.node.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;

/// The broker runs on this machine and has written where: `run/broker.json` in its home. A broker
/// that was killed leaves the file behind, so it is asked whether it still answers.
record RunFile(Path file, IdentityCheck check) implements BrokerLocator {
  /// What we need of the file.
  record Written(@Nullable String url, @Nullable String broker) {}

  @Override
  public Location locate(Duration within) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      Written written = Json.LENIENT.readValue(bytes, Written.class);
      if (written == null || written.url() == null) {
        return nowhere("it names no url");
      }
      return check.ask(URI.create(written.url()), "run-file", within);
    } catch (NoSuchFileException e) {
      return new Location.Nowhere(
          "Expected a broker of this machine to have written '%s', but there is no such file"
              .formatted(file));
    } catch (JsonProcessingException e) {
      return nowhere("it is not readable: " + e.getOriginalMessage());
    } catch (IOException | IllegalArgumentException e) {
      return nowhere("it is not readable: " + e);
    }
  }

  private Location nowhere(String but) {
    return new Location.Nowhere(
        "Expected a broker's address in '%s', but %s; start the broker again to have it rewritten"
            .formatted(file, but));
  }
}
