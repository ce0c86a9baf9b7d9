package org.mycoswarm.node;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;

/// Where the models of an installation lie: `models` beside the folder of our jars.
final class ModelFolder {
  private ModelFolder() {}

  static Path usual() {
    String named = System.getProperty("models");
    if (named != null && !named.isBlank()) {
      return Path.of(named).toAbsolutePath();
    }
    CodeSource source = ModelFolder.class.getProtectionDomain().getCodeSource();
    try {
      Path jar = source == null ? Path.of("lib", "jar") : Path.of(source.getLocation().toURI());
      return jar.toAbsolutePath().resolve("../../models").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Expected a path of our own jar, but it is none", e);
    }
  }
}
