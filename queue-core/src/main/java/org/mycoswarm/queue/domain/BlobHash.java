package org.mycoswarm.queue.domain;

import java.util.regex.Pattern;

/// The SHA-256 of a blob, as 64 lower-case hexadecimal digits.
public record BlobHash(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public BlobHash {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "Expected a SHA-256 of 64 lower-case hexadecimal digits, but it is '%s'".formatted(hex));
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
