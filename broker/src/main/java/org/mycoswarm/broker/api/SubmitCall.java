package org.mycoswarm.broker.api;

import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Submits one job, whichever way the request came in.
final class SubmitCall {
  private final Admission admission;
  private final Submissions submissions;
  private final Orders orders;
  private final Lookups lookups;

  /// @param repeated the Idempotency-Key was known, and this is the job it made then
  record Submitted(JobView job, boolean repeated) {}

  SubmitCall(Admission admission, Submissions submissions, Orders orders, Lookups lookups) {
    this.admission = admission;
    this.submissions = submissions;
    this.orders = orders;
    this.lookups = lookups;
  }

  /// @param key value of the header Idempotency-Key, as it came
  /// @throws ProblemException when the request is not in order, or the queue refuses it
  Submitted answer(SubmitRequest request, @Nullable String key) throws InterruptedException {
    admission.room().admitNew();
    admission.lag().admit();
    SubmitJob command = submissions.command(request, Inputs.key(key));
    return switch (put("job.submit", command)) {
      case Answer.Accepted accepted -> new Submitted(lookups.submitted(command, accepted), false);
      case Answer.Repeated repeated -> new Submitted(lookups.job(repeated.job()), true);
      case Answer.Rejected(Rejection why) -> throw Problems.of(why);
    };
  }

  /// Submits a chunk of a bulk submission.
  ///
  /// @throws ProblemException when nothing is taken now
  Answer give(SubmitJob chunk) throws InterruptedException {
    admission.room().admitNew();
    admission.lag().admitBulk();
    return put("job.bulk", chunk);
  }

  private Answer put(String what, SubmitJob command) throws InterruptedException {
    Answer answer = orders.ask(what, command);
    if (answer instanceof Answer.Accepted accepted) {
      admission.submitted(accepted.position(), command.tasks().size());
    }
    return answer;
  }
}
