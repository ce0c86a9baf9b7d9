package org.mycoswarm.queue.log.json;

import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;

/// Reads ids. What is not in order is left to the ids themselves, which say what they expect.
final class Ids {
  private static final Recent<JobId> JOBS = new Recent<>(JobId::new);
  private static final Recent<NodeId> NODES = new Recent<>(NodeId::new);

  private Ids() {}

  static JobId job(String text) {
    return JOBS.get(text);
  }

  static NodeId node(String text) {
    return NODES.get(text);
  }

  static TaskId task(String text) {
    int dot = text.lastIndexOf('.');
    int number = number(text, dot + 1, text.length());
    return dot < 1 || number < 0
        ? TaskId.parse(text)
        : new TaskId(job(text.substring(0, dot)), number);
  }

  static LeaseId lease(String text) {
    int last = text.lastIndexOf('.');
    int dot = text.lastIndexOf('.', last - 1);
    int attempt = number(text, last + 1, text.length());
    int number = number(text, dot + 1, last);
    return dot < 1 || number < 0 || attempt < 0
        ? LeaseId.parse(text)
        : new LeaseId(new TaskId(job(text.substring(0, dot)), number), attempt);
  }

  /// @return -1 when there is no number of up to nine digits without zeros in front
  private static int number(String text, int from, int to) {
    if (to <= from || to - from > 9 || (text.charAt(from) == '0' && to - from > 1)) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }
}
