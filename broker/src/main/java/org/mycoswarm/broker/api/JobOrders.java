package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.JobSpec.Order;
import org.mycoswarm.schema.wire.SubmitRequest;

/// How a job stands to other jobs, as whoever submits it asks for it.
final class JobOrders {
  private static final int SUBMITTER_CHARACTERS_MAX = 200;
  static final int PRIORITY_MAX = JobSpec.PRIORITY_MAX;
  static final String TOLERATE = "toleratePercent";

  private JobOrders() {}

  /// @param now deadlines are counted from here
  /// @throws ProblemException `bad-request` when a value is out of its range
  static Order of(SubmitRequest request, Instant now) {
    String submitter = request.submitter();
    Integer priority = request.priority();
    return new Order(
        submitter == null
            ? Order.USUAL.submitter()
            : Inputs.text("a submitter", submitter, SUBMITTER_CHARACTERS_MAX),
        priority == null
            ? Order.USUAL.priority()
            : Inputs.between("priority", priority, 0, PRIORITY_MAX),
        toleratedPercent(request.onFailure()),
        Inputs.deadline(request.deadlineSeconds(), now));
  }

  private static int toleratedPercent(@Nullable JsonNode wanted) {
    if (wanted == null || wanted.isNull()) {
      return Order.USUAL.toleratedPercent();
    }
    if ("continue".equals(wanted.textValue())) {
      return 100;
    }
    if ("fail-fast".equals(wanted.textValue())) {
      return 0;
    }
    JsonNode percent = wanted.path(TOLERATE);
    if (wanted.size() == 1 && percent.canConvertToInt() && percent.isIntegralNumber()) {
      return Inputs.between("onFailure." + TOLERATE, percent.intValue(), 0, 100);
    }
    throw ProblemException.badRequest(
        "Expected onFailure to be \"continue\", \"fail-fast\" or {\"toleratePercent\": 0 to 100}, but it is %s; nothing was submitted"
            .formatted(Inputs.shown(wanted)));
  }
}
