package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.StateImage.BandImage;
import org.mycoswarm.queue.domain.StateImage.EndedImage;
import org.mycoswarm.queue.domain.StateImage.GateImage;
import org.mycoswarm.queue.domain.StateImage.Head;
import org.mycoswarm.queue.domain.StateImage.JobImage;
import org.mycoswarm.queue.domain.StateImage.KeyImage;
import org.mycoswarm.queue.domain.StateImage.LineImage;
import org.mycoswarm.queue.domain.StateImage.NodeImage;
import org.mycoswarm.queue.domain.StateImage.PolicyImage;
import org.mycoswarm.queue.domain.StateImage.RecordImage;
import org.mycoswarm.queue.domain.StateImage.TaskImage;

/// Fills an empty state with what was written down.
final class ImageReader {
  private final QueueState state;
  private long turns;
  private @Nullable OpenJob job;
  private @Nullable Line line;

  ImageReader(QueueState state) {
    this.state = state;
  }

  void read(Iterator<StateImage> pieces) {
    pieces.forEachRemaining(this::read);
    state.jobs.values().forEach(this::dependencies);
    state.lines.turns = turns;
  }

  private void read(StateImage piece) {
    switch (piece) {
      case Head p -> {
        state.time = p.time();
        state.lines.advance(p.time());
        turns = p.turns();
      }
      case NodeImage p -> {
        state.lines.register(p.node(), p.profile());
        state.lines.mode(p.node(), p.mode());
      }
      case PolicyImage p -> state.policies.put(p.kind(), p.policy());
      case RecordImage p -> state.records.restore(p.record());
      case GateImage p -> state.lines.throttle(p.scope(), p.throttle(), p.next());
      case KeyImage p -> state.keys.put(p.key(), new QueueView.KeyedJob(p.job(), p.fingerprint()));
      case EndedImage p ->
          state.ended.put(p.job(), new QueueView.Leasable(p.tasks(), p.attempts()));
      case JobImage p -> begin(p);
      case TaskImage p -> task(p, present(job, "a job"));
      case LineImage p -> {
        line = state.lines.find(new Line.Key(p.requirement(), p.limitKey()));
        line.turn = p.turn();
      }
      case BandImage p ->
          state.lines.restore(
              present(line, "a line"), p, id -> present(state.jobs.get(id), "job " + id));
    }
  }

  private void begin(JobImage piece) {
    OpenJob begun = new OpenJob(piece.job().with(state.intern(piece.job().order())));
    begun.attempts = piece.attempts();
    job = begun;
    (piece.finished() ? state.finished : state.jobs).put(piece.job().id(), begun);
    Instant deadline = piece.job().order().deadline();
    if (piece.finished()) {
      state.buriedOfFinished += piece.job().buried();
    } else if (deadline != null) {
      state.deadlines.add(Due.of(deadline, piece.job().id()));
    }
  }

  private void task(TaskImage piece, OpenJob job) {
    TaskId id = piece.task();
    Terms terms = state.intern(piece.spec().terms());
    Task task = task(piece, job.job.id(), terms);
    job.set(id.number(), task);
    state.lines.open(terms);
    if (piece.waitsForAll()) {
      job.waitForAll(id.number());
    }
    Instant deadline = terms.deadline();
    if (!(task instanceof Task.Buried)) {
      state.openTasks++;
      if (deadline != null) {
        state.deadlines.add(Due.of(deadline, id));
      }
    }
    switch (task) {
      case Task.Ready t -> state.lines.readyBefore(job, t);
      case Task.Waiting t -> state.waiting.add(Due.of(t.until(), id));
      case Task.Leased t -> {
        state.lines.leasedBefore(terms, t.node());
        state.leases.computeIfAbsent(t.node(), _ -> new HashSet<>()).add(id);
      }
      case Task.Blocked _, Task.Buried _ -> {}
    }
  }

  private Task task(TaskImage piece, JobId job, Terms terms) {
    Task.Facts facts =
        new Task.Facts(
            job,
            piece.task().number(),
            terms,
            state.specs.put(piece.spec()),
            piece.spec().start().last(),
            piece.attempt(),
            piece.failures(),
            state.lines.shared(piece.near()));
    return switch (piece.state()) {
      case "blocked" -> new Task.Blocked(facts, piece.missing());
      case "waiting" -> new Task.Waiting(facts, Objects.requireNonNull(piece.until()));
      case "ready" -> new Task.Ready(facts);
      case "leased" -> new Task.Leased(facts, Objects.requireNonNull(piece.node()));
      case "buried" -> new Task.Buried(facts, Objects.requireNonNull(piece.reason()));
      default ->
          throw new IllegalStateException(
              "Expected the state of task '%s' to be known, but it is '%s'"
                  .formatted(piece.task(), piece.state()));
    };
  }

  /// Who waits for whom follows from the specs, and from who has not ended.
  private void dependencies(OpenJob job) {
    job.known()
        .filter(Task.Blocked.class::isInstance)
        .forEach(
            task ->
                state.spec(task).start().after().stream()
                    .filter(after -> job.task(after) != null)
                    .forEach(after -> job.comesAfter(after, task.facts().number())));
  }

  private static <T> T present(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalStateException(
          "Expected %s before what belongs to it, but there is none".formatted(what));
    }
    return value;
  }
}
