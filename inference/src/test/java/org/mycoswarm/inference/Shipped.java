package org.mycoswarm.inference;

import java.nio.file.Path;

/// The models that the build unpacks, as the tests use them.
final class Shipped {
  static final Path MODELS = Path.of("target", "models");

  private static final ModelStore STORE = ModelStore.open(MODELS);

  private Shipped() {}

  static Model fp32() {
    return STORE.byName("all-minilm-l6-v2").orElseThrow();
  }

  static Model int8() {
    return STORE.byName("all-minilm-l6-v2-int8").orElseThrow();
  }
}
