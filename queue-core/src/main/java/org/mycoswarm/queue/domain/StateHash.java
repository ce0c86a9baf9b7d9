package org.mycoswarm.queue.domain;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Writes everything a decision can depend on as text, in an order that depends on nothing else. It
/// reads the fields themselves, not their image: what a snapshot forgets must show.
final class StateHash {
  private StateHash() {}

  static void write(QueueState state, Consumer<String> out) {
    out.accept(state.time + " " + state.lines.turns + " " + state.openTasks);
    out.accept(state.buriedOfFinished + " buried of finished jobs");
    sorted(state.jobs, (id, job) -> job(state, job, out));
    state.finished.values().forEach(job -> job(state, job, out));
    state.ended.forEach((job, was) -> out.accept(job + " ended " + was));
    state.keys.forEach((key, job) -> out.accept(key + "=" + job));
    sorted(state.policies, (kind, policy) -> out.accept(kind + " " + policy));
    state
        .records
        .all()
        .sorted((a, b) -> a.id().toString().compareTo(b.id().toString()))
        .forEach(record -> out.accept(record.toString()));
    out.accept(state.records.bytes() + " bytes of records");
    state.waiting.forEach(due -> out.accept("waiting " + due));
    state.deadlines.forEach(due -> out.accept("deadline " + due));
    sorted(state.leases, (node, tasks) -> out.accept(node + " holds " + tasks.size()));
    state.lines.nodes().stream()
        .sorted((a, b) -> a.id().value().compareTo(b.id().value()))
        .forEach(node -> node(node, out));
    state.lines.gates().stream()
        .map(
            gate ->
                "%s %s %d %s"
                    .formatted(
                        gate.scope,
                        gate.throttle,
                        gate.running,
                        gate.throttle.equals(Throttle.NONE) ? "" : gate.next))
        .sorted()
        .forEach(out);
    state.lines.all().stream()
        .sorted((a, b) -> Long.compare(a.turn, b.turn))
        .forEach(line -> line(line, out));
  }

  private static void job(QueueState state, OpenJob job, Consumer<String> out) {
    out.accept(job.job + " " + job.attempts);
    sorted(job.dependents(), (number, after) -> out.accept(number + " before " + after));
    out.accept("for all " + job.waitingForAll());
    job.known()
        .forEach(
            task -> {
              Task.Facts f = task.facts();
              out.accept(
                  "%s %s %d %d %s %s %s"
                      .formatted(
                          f.id(),
                          task.getClass().getSimpleName(),
                          f.attempt(),
                          f.failures(),
                          f.near(),
                          particular(task),
                          state.spec(task)));
            });
  }

  private static String particular(Task task) {
    return switch (task) {
      case Task.Blocked t -> Integer.toString(t.missing());
      case Task.Waiting t -> t.until().toString();
      case Task.Ready _ -> "";
      case Task.Leased t -> t.node().value();
      case Task.Buried t -> t.reason();
    };
  }

  private static void node(Node node, Consumer<String> out) {
    out.accept(
        "%s %s %s %d %s"
            .formatted(node.id(), node.profile(), node.mode(), node.leases(), node.free()));
    out.accept(
        "can do "
            + node.lines.keySet().stream().map(line -> line.key.toString()).sorted().toList());
  }

  private static void line(Line line, Consumer<String> out) {
    out.accept("%s %d %d".formatted(line.key, line.turn, line.known));
    line.bands().forEach(band -> band(band, out));
  }

  private static void band(Band band, Consumer<String> out) {
    out.accept("%d %s %s".formatted(band.priority, band.since, queue(band.waiting)));
    band.submitters()
        .forEach(
            submitter -> {
              out.accept(submitter.submitter + " " + flow(submitter) + " " + queue(submitter.jobs));
              submitter
                  .jobs
                  .flows()
                  .forEach(
                      job ->
                          out.accept(
                              job.job.job.id()
                                  + " "
                                  + flow(job)
                                  + " "
                                  + job.ready().boxed().toList()));
            });
  }

  private static String queue(FairQueue<?> queue) {
    return queue.virtualTime() + "/" + queue.lastCost() + "/" + queue.nextTurn();
  }

  private static String flow(FairQueue.Flow flow) {
    return flow.turn + ":" + flow.tag;
  }

  private static <K, V> void sorted(Map<K, V> map, BiConsumer<K, V> each) {
    map.entrySet().stream()
        .sorted((a, b) -> a.getKey().toString().compareTo(b.getKey().toString()))
        .forEach(entry -> each.accept(entry.getKey(), entry.getValue()));
  }
}
