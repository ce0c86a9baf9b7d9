package org.mycoswarm.inference;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// The name that says which numbers a model computes with. By hand, in a model's folder: `sha256sum
/// model.onnx tokenizer.json | sha256sum`.
final class ModelDigest {
  /// Sorted. `model.json` is not among them: rewording a description makes no other model.
  private static final List<String> FILES = List.of("model.onnx", "tokenizer.json");

  private ModelDigest() {}

  static String of(Path folder) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String file : FILES) {
      lines.append(sha256(folder.resolve(file))).append("  ").append(file).append('\n');
    }
    return "sha256:" + hex(sha256().digest(lines.toString().getBytes(UTF_8)));
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return hex(digest.digest());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
