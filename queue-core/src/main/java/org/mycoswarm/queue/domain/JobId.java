package org.mycoswarm.queue.domain;

import java.util.regex.Pattern;

/// Names a job: 1 to 40 lower-case letters, digits or hyphens.
public record JobId(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,40}");

  public JobId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "Expected a job id of 1 to 40 lower-case letters, digits or hyphens, but it is '%s'"
              .formatted(value));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
