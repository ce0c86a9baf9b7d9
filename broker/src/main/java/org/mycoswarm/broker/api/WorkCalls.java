package org.mycoswarm.broker.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.Answer.Leased;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.WorkAnswer;
import org.mycoswarm.schema.wire.WorkAnswer.ReportAnswer;
import org.mycoswarm.schema.wire.WorkRequest;

/// The call that makes the swarm fast: results in, new leases out, with one sync for all of it.
final class WorkCalls {
  private static final String ACCEPTED = "accepted";
  private static final String REFUSED = "refused";

  private final QueueGateway queue;
  private final Orders orders;
  private final Reports reports;
  private final Limits limits;
  private final HttpLimits httpLimits;

  WorkCalls(
      QueueGateway queue, Orders orders, Reports reports, Limits limits, HttpLimits httpLimits) {
    this.queue = queue;
    this.orders = orders;
    this.reports = reports;
    this.limits = limits;
    this.httpLimits = httpLimits;
  }

  /// A report that is not in order is refused on its own; the others count.
  ///
  /// @throws ProblemException `not-found` when the node never registered
  WorkAnswer answer(NodeId node, WorkRequest request) throws InterruptedException {
    int leasesMax = limits.leasesPerNodeMax();
    int want = Inputs.between("want", request.want(), 0, leasesMax);
    Duration wait =
        Duration.ofSeconds(
            Inputs.between("waitSeconds", request.waitSeconds(), 0, httpLimits.pollSecondsMax()));
    Inputs.between("the number of results", request.results().size(), 0, leasesMax);

    List<ReportAnswer> results = new ArrayList<>();
    List<Command> commands = new ArrayList<>();
    for (ResultReport report : request.results()) {
      results.add(prepared(report, commands));
    }
    // With a want of 0 this leases nothing and costs nothing, but tells whether the node is known.
    Ask ask = new Ask(node, want, maxCost(request));
    commands.add(new LeaseTasks(List.of(ask)));
    CommandId cause = orders.cause("node.work " + node);
    List<Answer> answers = queue.submit(cause, commands);
    List<Leased> leased = leased(answers.getLast());
    queue.seen(node);
    fill(results, answers);
    if (leased.isEmpty() && want > 0 && wait.isPositive()) {
      leased = leased(queue.lease(cause, ask, wait));
    }
    return new WorkAnswer(results, Grants.of(leased), queue.mode(node).toString());
  }

  private static long maxCost(WorkRequest request) {
    Long wanted = request.maxCost();
    return wanted == null ? Long.MAX_VALUE : Inputs.between("maxCost", wanted, 1, Long.MAX_VALUE);
  }

  /// Adds the report's command, or answers the report at once.
  private ReportAnswer prepared(ResultReport report, List<Command> commands) {
    try {
      commands.add(reports.command(report));
      return new ReportAnswer(report.lease(), ACCEPTED, null);
    } catch (ProblemException e) {
      return new ReportAnswer(report.lease(), REFUSED, e.detail());
    }
  }

  private static List<Leased> leased(Answer answer) {
    return switch (answer) {
      case Answer.Accepted accepted -> accepted.leased();
      case Answer.Rejected(Rejection why) -> throw Problems.of(why);
      case Answer.Repeated _ -> throw new IllegalStateException("Only submissions are repeated");
    };
  }

  /// Puts the queue's answers in the places of the reports that became commands.
  private static void fill(List<ReportAnswer> results, List<Answer> answers) {
    int next = 0;
    for (int i = 0; i < results.size(); i++) {
      ReportAnswer prepared = results.get(i);
      if (prepared.status().equals(ACCEPTED)) {
        String refusal = refusal(answers.get(next++));
        if (refusal != null) {
          results.set(i, new ReportAnswer(prepared.lease(), REFUSED, refusal));
        }
      }
    }
  }

  private static @Nullable String refusal(Answer answer) {
    return answer instanceof Answer.Rejected(Rejection why) ? why.message() : null;
  }
}
