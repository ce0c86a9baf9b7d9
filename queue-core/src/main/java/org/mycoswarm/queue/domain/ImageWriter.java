package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

/// Writes a state down, piece by piece. Lazy: a million tasks are never in memory twice.
final class ImageWriter {
  private final QueueState state;

  ImageWriter(QueueState state) {
    this.state = state;
  }

  Stream<StateImage> pieces() {
    return Stream.<Stream<? extends StateImage>>of(
            Stream.of(new Head(state.time, state.lines.turns)),
            nodes(),
            state.policies.entrySet().stream().map(e -> new PolicyImage(e.getKey(), e.getValue())),
            state.records.all().map(RecordImage::new),
            state.lines.gates().stream()
                .filter(gate -> !gate.throttle.equals(Throttle.NONE))
                .map(gate -> new GateImage(gate.scope, gate.throttle, gate.next)),
            state.keys.entrySet().stream()
                .map(e -> new KeyImage(e.getKey(), e.getValue().job(), e.getValue().fingerprint())),
            state.ended.entrySet().stream()
                .map(
                    e -> new EndedImage(e.getKey(), e.getValue().tasks(), e.getValue().attempts())),
            state.finished.values().stream().flatMap(job -> job(job, true)),
            state.jobs.values().stream().flatMap(job -> job(job, false)),
            state.lines.all().stream().flatMap(ImageWriter::line))
        .flatMap(pieces -> pieces);
  }

  private Stream<NodeImage> nodes() {
    return state.lines.nodes().stream()
        .map(node -> new NodeImage(node.id(), node.profile(), node.mode()));
  }

  private static Stream<StateImage> line(Line line) {
    return Stream.concat(
        Stream.of(new LineImage(line.requirement(), line.key.limitKey(), line.turn)),
        line.bands().map(Band::image));
  }

  private Stream<StateImage> job(OpenJob job, boolean finished) {
    return Stream.concat(
        Stream.of(new JobImage(job.job, finished, job.attempts)),
        job.known().map(task -> task(job, task)));
  }

  private TaskImage task(OpenJob job, Task task) {
    Task.Facts facts = task.facts();
    return new TaskImage(
        facts.id(),
        state.spec(task),
        word(task),
        facts.attempt(),
        facts.failures(),
        facts.near(),
        task instanceof Task.Blocked t ? t.missing() : 0,
        until(task),
        task instanceof Task.Leased t ? t.node() : null,
        task instanceof Task.Buried t ? t.reason() : null,
        job.waitsForAll(facts.number()));
  }

  private static String word(Task task) {
    return switch (task) {
      case Task.Blocked _ -> "blocked";
      case Task.Waiting _ -> "waiting";
      case Task.Ready _ -> "ready";
      case Task.Leased _ -> "leased";
      case Task.Buried _ -> "buried";
    };
  }

  private static @Nullable Instant until(Task task) {
    return task instanceof Task.Waiting t ? t.until() : null;
  }
}
