package org.mycoswarm.broker.projection;

import java.util.HashMap;
import java.util.Map;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.JobId;

/// Tells events of jobs that the tables know from others, for the length of one transaction. Others
/// there are only when the tables were begun after the start of the log was dropped: then the log
/// still tells the end of jobs whose beginning is gone.
final class KnownJobs {
  private final Change change;
  private final boolean all;
  private final Map<String, Boolean> known = new HashMap<>();

  /// @param begins where the tables began, 0 for the first entry
  KnownJobs(Change change, long begins) {
    this.change = change;
    this.all = begins == 0;
  }

  /// Whether the event can become rows.
  boolean tellable(Event event) {
    if (all) {
      return true;
    }
    if (event instanceof JobSubmitted e) {
      known.put(e.job().value(), true);
      return true;
    }
    return Subject.job(event).map(this::isKnown).orElse(true);
  }

  private boolean isKnown(JobId job) {
    return known.computeIfAbsent(
        job.value(), id -> change.text("select job from jobs where job = ?", id).isPresent());
  }
}
