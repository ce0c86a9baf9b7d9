package org.mycoswarm.queue.domain;

import java.util.regex.Pattern;

/// The name of a record, in the space of its kind: `schedule/nightly`.
///
/// @param space 1 to 20 lower-case letters
/// @param name 1 to 200 letters, digits, dots, low lines and hyphens
public record RecordId(String space, String name) {
  private static final Pattern SPACE = Pattern.compile("[a-z]{1,20}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,200}");

  public RecordId {
    if (!SPACE.matcher(space).matches()) {
      throw new IllegalArgumentException(
          "Expected a space of 1 to 20 lower-case letters, but it is '%s'".formatted(space));
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "Expected a name of 1 to 200 letters, digits and '.', '_', '-', but it is '%s'"
              .formatted(name));
    }
  }

  @Override
  public String toString() {
    return space + "/" + name;
  }
}
