package org.mycoswarm.broker.results;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.projection.ResultTables;
import org.mycoswarm.broker.projection.ResultTables.Embedded;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogPosition;

/// Goes through what a job has embedded as of one moment, a document at a time, in the order of
/// their `chunk` tasks; within a document in the order of the chunks.
final class EmbeddedParts {
  private static final int PAGE = 50;

  private final ResultTables tables;
  private final JobId job;
  private final LogPosition asOf;
  private final Deque<Embedded> ahead = new ArrayDeque<>();
  private int afterRoot = -1;
  private int afterNumber = -1;

  EmbeddedParts(ResultTables tables, JobId job, LogPosition asOf) {
    this.tables = tables;
    this.job = job;
    this.asOf = asOf;
  }

  /// The parts of the next document; empty at the end.
  List<EmbeddedPart> nextDocument() throws IOException {
    List<EmbeddedPart> parts = new ArrayList<>();
    for (Embedded next = peek(); next != null; next = peek()) {
      if (!parts.isEmpty() && parts.getFirst().root() != next.root()) {
        break;
      }
      parts.add(EmbeddedPart.of(ahead.remove()));
    }
    parts.sort(Comparator.comparingInt(EmbeddedPart::from).thenComparingInt(EmbeddedPart::number));
    return parts;
  }

  private @Nullable Embedded peek() {
    if (ahead.isEmpty()) {
      ahead.addAll(tables.embedded(job, asOf, afterRoot, afterNumber, PAGE));
      if (!ahead.isEmpty()) {
        afterRoot = ahead.getLast().root();
        afterNumber = ahead.getLast().number();
      }
    }
    return ahead.peek();
  }
}
