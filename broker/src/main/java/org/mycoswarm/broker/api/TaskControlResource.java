package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.PendingReasons;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.schema.wire.ReviveAnswer;
import org.mycoswarm.schema.wire.ReviveAnswer.Revived;
import org.mycoswarm.schema.wire.ReviveRequest;
import org.mycoswarm.schema.wire.TaskView;
import org.mycoswarm.schema.wire.WhyView;

/// Why tasks wait, and giving them another chance.
@Path("api/v1/tasks")
@Produces(MediaType.APPLICATION_JSON)
public final class TaskControlResource {
  private static final int SHOWN_MAX = 100;

  private final QueueGateway queue;
  private final Orders orders;
  private final Views views;
  private final Limits limits;
  private final Function<String, Optional<String>> waitsFor;

  /// @param waitsFor why the registered encoder with this digest does not run, if tasks wait for it
  TaskControlResource(
      QueueGateway queue,
      Orders orders,
      Views views,
      Limits limits,
      Function<String, Optional<String>> waitsFor) {
    this.waitsFor = waitsFor;
    this.queue = queue;
    this.orders = orders;
    this.views = views;
    this.limits = limits;
  }

  @GET
  @Path("{task}/why")
  public Response why(
      @PathParam("task") String inPath, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    TaskId task = Inputs.task(inPath);
    return views.answer(asOf, view -> why(task, view));
  }

  private WhyView why(TaskId task, Views.View view) throws InterruptedException {
    @Nullable Function<NodeId, Optional<Instant>> lastSeen = view.live() ? queue::lastSeen : null;
    Optional<WhyView> pending =
        view.state()
            .look(
                state ->
                    PendingReasons.of(state, task, limits, lastSeen)
                        .map(
                            why ->
                                new WhyView(
                                    task.toString(),
                                    why.state(),
                                    view.live() ? reasons(why, state, task) : why.reasons(),
                                    state.time())));
    if (pending.isPresent()) {
      return pending.get();
    }
    TaskView ended = view.lookups().task(task);
    return new WhyView(
        task.toString(),
        "ended",
        List.of("It has ended: it is " + ended.state()),
        view.clock().instant());
  }

  /// Of a task for an encoder that has to be cut, what that waits for comes first.
  private List<String> reasons(PendingReasons.Why why, QueueState state, TaskId task) {
    List<String> all = new ArrayList<>();
    state
        .task(task)
        .map(found -> found.terms().requirement().model())
        .flatMap(waitsFor)
        .ifPresent(all::add);
    all.addAll(why.reasons());
    return List.copyOf(all);
  }

  @POST
  @Path("revive")
  @Consumes(MediaType.APPLICATION_JSON)
  public ReviveAnswer revive(ReviveRequest request) throws InterruptedException {
    RevivalFilter filter = new RevivalFilter(request);
    List<Revived> found = queue.look(filter::found);
    boolean dryRun = Objects.requireNonNullElse(request.dryRun(), false);
    if (!dryRun) {
      revive(found);
    }
    return new ReviveAnswer(dryRun, found.size(), found.stream().limit(SHOWN_MAX).toList());
  }

  private void revive(List<Revived> found) throws InterruptedException {
    Map<JobId, List<Integer>> jobs = new LinkedHashMap<>();
    for (Revived each : found) {
      TaskId task = TaskId.parse(each.task());
      jobs.computeIfAbsent(task.job(), _ -> new ArrayList<>()).add(task.number());
    }
    for (Map.Entry<JobId, List<Integer>> job : jobs.entrySet()) {
      orders.give("task.revive", new ReviveTasks(job.getKey(), job.getValue()));
    }
  }
}
