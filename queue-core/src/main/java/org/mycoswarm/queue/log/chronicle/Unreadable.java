package org.mycoswarm.queue.log.chronicle;

/// The bytes at one place are not a whole entry. The message says what was expected and what was
/// found; whether that is damage or only an end nobody was told about, the reader of the whole log
/// decides.
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1;

  Unreadable(String expectedAndFound) {
    super(expectedAndFound);
  }
}
