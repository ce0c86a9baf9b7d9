package org.mycoswarm.broker.projection;

import java.util.Locale;

/// What a task is, in the words of the wire and of the column `tasks.state`.
enum TaskState {
  READY,
  WAITING,
  BLOCKED,
  LEASED,
  SUCCEEDED,
  BURIED,
  CANCELLED;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static TaskState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
