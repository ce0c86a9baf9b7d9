package org.mycoswarm.broker.collections;

import java.util.regex.Pattern;

/// What a person calls a collection; also the name of its folder, so it is the same on every file
/// system.
///
/// @param value 1 to 64 lower-case letters, digits, `-`, `_`, beginning with a letter or digit
public record CollectionName(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

  public CollectionName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "Expected a collection's name of 1 to 64 lower-case letters, digits, '-' and '_', beginning with a letter or digit, but it is '%s'"
              .formatted(value.length() <= 80 ? value : value.substring(0, 80) + "..."));
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
