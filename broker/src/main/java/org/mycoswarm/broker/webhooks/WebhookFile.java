package org.mycoswarm.broker.webhooks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;

/// Where reports go, as a person wrote it into the broker's home: `{"notes": {"url": "https://...",
/// "secret": "whsec_..."}}`, with the name of a collection or `*` for all others. It holds secrets,
/// so it is its owner's alone; they are in no log and no answer. Read anew for each report.
final class WebhookFile {
  private static final String ALL = "*";

  private final Path file;

  WebhookFile(Path file) {
    this.file = file;
  }

  /// Where one collection's reports go.
  record Target(URI url, Signature signature) {
    /// Without what could be a secret.
    @Override
    public String toString() {
      return url.getScheme()
          + "://"
          + url.getHost()
          + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
  }

  private record Line(@Nullable String url, @Nullable String secret) {}

  /// @throws IOException when the file is not in order; the message says how to put it right
  Optional<Target> target(String collection) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    refuseOpenToOthers();
    Map<String, Line> lines = lines();
    Line line = lines.getOrDefault(collection, lines.get(ALL));
    return line == null ? Optional.empty() : Optional.of(target(collection, line));
  }

  private Target target(String collection, Line line) throws IOException {
    if (line.url() == null || line.secret() == null) {
      throw new IOException(
          "Expected 'url' and 'secret' for '%s' in '%s', but one is absent"
              .formatted(collection, file));
    }
    try {
      return new Target(url(line.url()), Signature.of(line.secret()));
    } catch (IllegalArgumentException e) {
      throw new IOException("%s, in '%s'".formatted(e.getMessage(), file), e);
    }
  }

  private static URI url(String text) {
    URI url = URI.create(text);
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IllegalArgumentException(
          "Expected an address that begins with http:// or https:// and names a host, but it does"
              + " not");
    }
    return url;
  }

  private Map<String, Line> lines() throws IOException {
    try {
      return Json.STRICT.readValue(
          Files.readString(file), new TypeReference<Map<String, Line>>() {});
    } catch (JsonProcessingException e) {
      // The message of the parser may repeat what is in the file.
      throw new IOException(
          "Expected '%s' to be {\"COLLECTION\": {\"url\": ..., \"secret\": ...}}, but line %d is not in order"
              .formatted(file, e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
    }
  }

  private void refuseOpenToOthers() throws IOException {
    PosixFileAttributeView posix = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (posix == null) {
      return;
    }
    boolean open =
        posix.readAttributes().permissions().stream()
            .map(PosixFilePermission::name)
            .anyMatch(right -> !right.startsWith("OWNER"));
    if (open) {
      throw new IOException(
          "Expected '%s' to be its owner's alone, as it holds secrets, but others may use it; run `chmod 600` on it"
              .formatted(file));
    }
  }
}
