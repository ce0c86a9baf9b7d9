package org.mycoswarm.broker.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.scheduling.KindPolicies;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.schema.wire.ResourceSlots;
import org.mycoswarm.schema.wire.RetryTerms;
import org.mycoswarm.schema.wire.TaskSubmission;

/// The terms of a task: what it asks for itself, or else what the policy of its kind says, or else
/// what is usual. Thread-safe.
final class TaskTerms {
  private static final RetryPolicy USUAL =
      new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(60));
  private static final int MODEL_CHARACTERS_MAX = 200;
  private static final int LIMIT_KEY_CHARACTERS_MAX = 200;
  private static final int NODE_CHARACTERS_MAX = 64;
  private static final int CPU_MAX = 65_536;
  private static final long MIB_MAX = 1L << 40;
  private static final long FIRST_DELAY_SECONDS_MAX = 86_400;
  private static final long DELAY_SECONDS_MAX = 604_800;
  private static final RetryTerms UNSAID = new RetryTerms(null, null, null);

  private final Limits limits;
  private final KindPolicies policies;
  private final Duration leaseTime;

  /// @param leaseTime of tasks that do not ask for one, and whose kind has no policy
  TaskTerms(Limits limits, KindPolicies policies, Duration leaseTime) {
    this.limits = limits;
    this.policies = policies;
    this.leaseTime = leaseTime;
  }

  /// A task that asks for nothing but what it needs.
  Terms usual(Requirement requirement) {
    Optional<KindPolicy> policy = policies.policy(requirement.kind());
    return new Terms(
        requirement,
        policy.map(KindPolicy::retry).orElse(USUAL),
        policy.map(KindPolicy::leaseTime).orElse(leaseTime),
        null,
        1,
        null);
  }

  /// @param now deadlines are counted from here
  /// @throws ProblemException `bad-request` when a value is out of its range
  Terms of(TaskSubmission task, Instant now) {
    Terms usual = usual(requirement(task));
    Integer leaseSeconds = task.leaseSeconds();
    String limitKey = task.limitKey();
    Long cost = task.cost();
    return Inputs.checked(
        () ->
            new Terms(
                usual.requirement(),
                retry(task, usual.retry()),
                leaseSeconds == null
                    ? usual.leaseTime()
                    : Duration.ofSeconds(
                        Inputs.between("leaseSeconds", leaseSeconds, 1, limits.leaseSecondsMax())),
                limitKey == null
                    ? null
                    : Inputs.text("a limit key", limitKey, LIMIT_KEY_CHARACTERS_MAX),
                cost == null ? 1 : cost,
                Inputs.deadline(task.deadlineSeconds(), now)));
  }

  static Resources resources(@Nullable ResourceSlots slots) {
    return slots == null
        ? Resources.NONE
        : new Resources(
            (int) slot("resources.cpu", slots.cpu(), CPU_MAX),
            slot("resources.ramMiB", slots.ramMiB(), MIB_MAX),
            slot("resources.vramMiB", slots.vramMiB(), MIB_MAX));
  }

  private static long slot(String name, @Nullable Number wanted, long max) {
    return wanted == null ? 0 : Inputs.between(name, wanted.longValue(), 0, max);
  }

  private static Requirement requirement(TaskSubmission task) {
    String model = task.model();
    if (model != null) {
      Inputs.text("a model digest", model, MODEL_CHARACTERS_MAX);
    }
    return new Requirement(task.kind(), model, resources(task.resources()), node(task.node()));
  }

  private static @Nullable NodeId node(@Nullable String only) {
    return only == null
        ? null
        : Inputs.checked(() -> new NodeId(Inputs.text("a node id", only, NODE_CHARACTERS_MAX)));
  }

  private RetryPolicy retry(TaskSubmission task, RetryPolicy usual) {
    RetryTerms wanted = Objects.requireNonNullElse(task.retry(), UNSAID);
    if (task.maxAttempts() != null && wanted.maxAttempts() != null) {
      throw ProblemException.badRequest(
          "Expected either 'maxAttempts' or 'retry.maxAttempts', but found both; nothing was changed");
    }
    Duration first =
        wanted.firstDelaySeconds() == null
            ? usual.firstDelay()
            : Inputs.seconds(
                "retry.firstDelaySeconds", wanted.firstDelaySeconds(), FIRST_DELAY_SECONDS_MAX);
    Duration max =
        wanted.delayMaxSeconds() == null
            ? longer(usual.delayMax(), first)
            : Inputs.seconds("retry.delayMaxSeconds", wanted.delayMaxSeconds(), DELAY_SECONDS_MAX);
    // What only the task's policy says is no mistake of whoever asked for a short last delay.
    Duration begin = wanted.firstDelaySeconds() == null && max.compareTo(first) < 0 ? max : first;
    return new RetryPolicy(attempts(task, wanted, usual), begin, max);
  }

  private int attempts(TaskSubmission task, RetryTerms wanted, RetryPolicy usual) {
    if (wanted.maxAttempts() != null) {
      return Inputs.between("retry.maxAttempts", wanted.maxAttempts(), 1, limits.attemptsMax());
    }
    return task.maxAttempts() == null
        ? usual.attemptsMax()
        : Inputs.between("maxAttempts", task.maxAttempts(), 1, limits.attemptsMax());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
