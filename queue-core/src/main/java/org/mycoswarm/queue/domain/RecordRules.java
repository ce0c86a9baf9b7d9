package org.mycoswarm.queue.domain;

import static org.mycoswarm.queue.domain.Decision.accept;
import static org.mycoswarm.queue.domain.Decision.reject;

import org.mycoswarm.queue.domain.Command.PutRecord;
import org.mycoswarm.queue.domain.Command.RemoveRecord;
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.Event.RecordRemoved;
import org.mycoswarm.queue.domain.Rejection.RecordChanged;
import org.mycoswarm.queue.domain.Rejection.RecordsFull;
import org.mycoswarm.queue.domain.Rejection.TooLarge;

/// The rules of records: nobody overwrites what they have not seen, and they stay small.
final class RecordRules {
  private final Limits.Records limits;

  RecordRules(Limits.Records limits) {
    this.limits = limits;
  }

  Decision put(QueueView queue, PutRecord c) {
    RecordVersion before = queue.record(c.id()).orElse(null);
    long found = before == null ? 0 : before.version();
    if (c.expected() != null && c.expected() != found) {
      return reject(new RecordChanged(c.id(), c.expected(), found));
    }
    if (before != null && before.json().equals(c.json()) && before.blobs().equals(c.blobs())) {
      return accept();
    }
    if (before == null && queue.records() >= limits.max()) {
      return reject(new RecordsFull(queue.records(), limits.max()));
    }
    long bytes = RecordVersion.bytes(c.json(), c.blobs());
    if (bytes > limits.bytesMax()) {
      return reject(
          new TooLarge("bytes in record '%s'".formatted(c.id()), bytes, limits.bytesMax()));
    }
    long all = queue.recordBytes() + bytes - (before == null ? 0 : before.bytes());
    if (all > limits.allBytesMax()) {
      return reject(new TooLarge("bytes in all records", all, limits.allBytesMax()));
    }
    return accept(new RecordPut(new RecordVersion(c.id(), found + 1, c.json(), c.blobs())));
  }

  Decision remove(QueueView queue, RemoveRecord c) {
    long found = queue.record(c.id()).map(RecordVersion::version).orElse(0L);
    if (c.expected() != null && c.expected() != found) {
      return reject(new RecordChanged(c.id(), c.expected(), found));
    }
    return found == 0 ? accept() : accept(new RecordRemoved(c.id()));
  }
}
