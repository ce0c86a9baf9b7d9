package org.mycoswarm.queue.domain;

import java.util.regex.Pattern;

/// Names a node for as long as it keeps its home folder: 1 to 64 letters, digits, dots, underscores
/// or hyphens.
public record NodeId(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public NodeId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "Expected a node id of 1 to 64 letters, digits, dots, underscores or hyphens, but it is '%s'"
              .formatted(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
