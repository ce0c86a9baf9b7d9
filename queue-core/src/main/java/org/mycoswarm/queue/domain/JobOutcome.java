package org.mycoswarm.queue.domain;

import java.util.Locale;
import java.util.stream.Stream;

/// How a job ended by itself.
public enum JobOutcome {
  SUCCEEDED,
  /// Some tasks are buried, the others succeeded.
  SUCCEEDED_WITH_FAILURES,
  /// Every task is buried.
  FAILED;

  /// @throws IllegalArgumentException when the text is not the word of an outcome
  public static JobOutcome parse(String word) {
    return Stream.of(values())
        .filter(outcome -> outcome.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected the outcome of a job, but it is '%s'".formatted(word)));
  }

  /// The word for it in JSON, in the tables and on the page.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static JobOutcome of(int succeeded, int buried) {
    if (buried == 0) {
      return SUCCEEDED;
    }
    return succeeded == 0 ? FAILED : SUCCEEDED_WITH_FAILURES;
  }
}
