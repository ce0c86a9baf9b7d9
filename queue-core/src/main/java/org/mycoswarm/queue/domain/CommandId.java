package org.mycoswarm.queue.domain;

/// What an entry says about where it came from: the request, the timer or the start that caused it.
public record CommandId(String value) {
  @Override
  public String toString() {
    return value;
  }
}
