package org.mycoswarm.queue.log.json;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.Throttle;

/// Jobs, and the rules that tasks of many jobs share, as JSON. The usual values are written down
/// here, and not taken from the domain: they belong to what is on disk.
final class JobShapes {
  private static final String SUBMITTER_USUAL = "anyone";
  private static final int PRIORITY_USUAL = 4;
  private static final int TOLERATED_USUAL = 100;
  private static final JobSpec.Order ORDER_USUAL =
      new JobSpec.Order(SUBMITTER_USUAL, PRIORITY_USUAL, TOLERATED_USUAL, null);

  private JobShapes() {}

  /// Whether it has no field that came with version 2.
  static boolean isOld(JobSpec job) {
    return job.order().equals(ORDER_USUAL);
  }

  static void write(JsonText json, JobSpec job) throws IOException {
    json.text("name", job.name());
    json.text("kind", job.kind());
    json.text("detail", job.detail());
    json.texts("blobs", job.blobs());
    if (job.key() != null) {
      json.object("key", job.key(), JobShapes::write);
    }
    write(json, job.order());
  }

  /// As fields of another object.
  static void write(JsonText json, JobSpec.Order order) throws IOException {
    if (!order.submitter().equals(SUBMITTER_USUAL)) {
      json.text("submitter", order.submitter());
    }
    if (order.priority() != PRIORITY_USUAL) {
      json.number("priority", order.priority());
    }
    if (order.toleratedPercent() != TOLERATED_USUAL) {
      json.number("toleratedPercent", order.toleratedPercent());
    }
    json.time("deadline", order.deadline());
  }

  static JobSpec job(JsonFields json) {
    return new JobSpec(
        json.text("name"),
        json.text("kind"),
        json.text("detail"),
        json.texts("blobs", BlobHash::new),
        json.objectOrNull("key", JobShapes::key),
        order(json));
  }

  static JobSpec.Order order(JsonFields json) {
    String submitter = json.textOrNull("submitter");
    Integer priority = json.integerOrNull("priority");
    Integer tolerated = json.integerOrNull("toleratedPercent");
    @Nullable Instant deadline = json.timeOrNull("deadline");
    return new JobSpec.Order(
        submitter == null ? SUBMITTER_USUAL : submitter,
        priority == null ? PRIORITY_USUAL : priority,
        tolerated == null ? TOLERATED_USUAL : tolerated,
        deadline);
  }

  private static void write(JsonText json, JobSpec.IdempotencyKey key) throws IOException {
    json.text("value", key.value());
    json.text("fingerprint", key.fingerprint());
  }

  private static JobSpec.IdempotencyKey key(JsonFields json) {
    return new JobSpec.IdempotencyKey(json.text("value"), json.text("fingerprint", BlobHash::new));
  }

  static void write(JsonText json, Throttle throttle) throws IOException {
    json.optional("concurrentMax", throttle.concurrentMax());
    json.optional("perMinuteMax", throttle.perMinuteMax());
  }

  static Throttle throttle(JsonFields json) {
    return new Throttle(json.integerOrNull("concurrentMax"), json.integerOrNull("perMinuteMax"));
  }

  static void write(JsonText json, KindPolicy policy) throws IOException {
    json.object("retry", policy.retry(), TaskShapes::write);
    json.text("leaseTime", policy.leaseTime());
  }

  static KindPolicy policy(JsonFields json) {
    return new KindPolicy(
        json.object("retry", TaskShapes::retry), json.text("leaseTime", Times::duration));
  }
}
