package org.mycoswarm.broker.api;

import java.util.List;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.engine.Answer;

/// Gives one command to the queue and makes a rejection a problem document.
final class Orders {
  private final QueueGateway queue;
  private final TimeSortedIds ids;

  Orders(QueueGateway queue, TimeSortedIds ids) {
    this.queue = queue;
    this.ids = ids;
  }

  /// @param what names the call in the log, such as `job.cancel`
  Answer ask(String what, Command command) throws InterruptedException {
    return queue.submit(cause(what), List.of(command)).getFirst();
  }

  /// @return accepted or repeated
  /// @throws ProblemException when the queue rejected it
  Answer give(String what, Command command) throws InterruptedException {
    Answer answer = ask(what, command);
    if (answer instanceof Answer.Rejected(var why)) {
      throw Problems.of(why);
    }
    return answer;
  }

  CommandId cause(String what) {
    return new CommandId(what + " " + ids.next());
  }
}
