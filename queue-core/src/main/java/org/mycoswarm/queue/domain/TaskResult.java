package org.mycoswarm.queue.domain;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a node made of a task.
///
/// @param detail a JSON object of a few hundred bytes; anything larger belongs into a blob
/// @param blobs every blob the detail refers to
/// @param counts work done, by unit (`chunks`, `vectors`, `tokens`, `millis`): summed per job and
///     per node
public record TaskResult(String detail, List<BlobHash> blobs, SortedMap<String, Long> counts) {
  public TaskResult {
    blobs = List.copyOf(blobs);
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
  }
}
