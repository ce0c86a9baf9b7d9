package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a person submits, without its tasks.
///
/// @param kind what the job as a whole is, such as `embed-folder`; a label for those who show and
///     report it
/// @param detail a JSON object for the same readers
/// @param blobs every blob the detail refers to
/// @param key the caller's Idempotency-Key, if any
/// @param order how it stands to other jobs
public record JobSpec(
    String name,
    String kind,
    String detail,
    List<BlobHash> blobs,
    @Nullable IdempotencyKey key,
    Order order) {
  public static final int PRIORITY_MAX = 9;
  public static final int PRIORITY_USUAL = 4;

  /// @param fingerprint SHA-256 of the request it came with: the same key with another request is a
  ///     mistake
  public record IdempotencyKey(String value, BlobHash fingerprint) {}

  /// @param submitter who gets one share of the swarm, however many jobs they submit
  /// @param priority 0 to 9; the higher goes first
  /// @param toleratedPercent how many of its tasks, in percent, may be buried before the job is
  ///     ended as failed: 0 ends it with the first, 100 never does
  /// @param deadline when the job is ended as failed if it has not ended before, or null
  public record Order(
      String submitter, int priority, int toleratedPercent, @Nullable Instant deadline) {
    public static final Order USUAL = new Order("anyone", PRIORITY_USUAL, 100, null);

    public Order {
      within("a priority", priority, PRIORITY_MAX);
      within("tolerated failures in percent", toleratedPercent, 100);
    }

    Order withoutDeadline() {
      return new Order(submitter, priority, toleratedPercent, null);
    }

    private static void within(String what, int value, int max) {
      if (value < 0 || value > max) {
        throw new IllegalArgumentException(
            "Expected %s of 0 to %d, but it is %d".formatted(what, max, value));
      }
    }
  }

  public JobSpec {
    blobs = List.copyOf(blobs);
  }

  public JobSpec(
      String name, String kind, String detail, List<BlobHash> blobs, @Nullable IdempotencyKey key) {
    this(name, kind, detail, blobs, key, Order.USUAL);
  }
}
