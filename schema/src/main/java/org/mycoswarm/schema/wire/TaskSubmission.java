package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One task of any kind. What a task does not say about retries and lease time is as the policy of
/// its kind says, or else as it is written here.
///
/// @param kind such as `embed`, or one that a third party's node offers
/// @param model digest of the model it needs, for kinds that work with one
/// @param label what a person recognises it by
/// @param payload a JSON object for the node; the broker reads only that of `generate`
/// @param blobs SHA-256 of every blob the payload refers to: they must have been uploaded
/// @param maxAttempts failures and expired leases after which it is buried; 3 when absent
/// @param leaseSeconds how long a node may go without renewing; 30 when absent
/// @param delaySeconds it may be leased when they are over; fractions count
/// @param deadlineSeconds from the submission on; it is buried when they are over. Fractions count
/// @param after numbers, counted from 0, of earlier tasks in the same list that must have succeeded
/// @param last whether it waits until every task of the job that is not `last` has ended
/// @param cost how much work it is, in the kind's own unit such as tokens: what fair shares and
///     `maxCost` count; 1 when absent
/// @param limitKey what it shares a throttle by, such as a host name
/// @param resources slots it takes on its node while it is leased
/// @param node id of the only node that may lease it: it waits until that one is there; any when
///     absent
/// @param retry when it is tried again: at first after 1 s and at last after 60 s when absent
public record TaskSubmission(
    String kind,
    @Nullable String model,
    @Nullable String label,
    JsonNode payload,
    @Nullable List<String> blobs,
    @Nullable Integer maxAttempts,
    @Nullable Integer leaseSeconds,
    @Nullable Double delaySeconds,
    @Nullable Double deadlineSeconds,
    @Nullable List<Integer> after,
    @Nullable Boolean last,
    @Nullable Long cost,
    @Nullable String limitKey,
    @Nullable ResourceSlots resources,
    @Nullable String node,
    @Nullable RetryTerms retry) {
  /// A task as most are: it may start at once and costs 1.
  public TaskSubmission(
      String kind,
      @Nullable String model,
      @Nullable String label,
      JsonNode payload,
      @Nullable List<String> blobs,
      @Nullable Integer maxAttempts,
      @Nullable Integer leaseSeconds) {
    this(
        kind,
        model,
        label,
        payload,
        blobs,
        maxAttempts,
        leaseSeconds,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }
}
