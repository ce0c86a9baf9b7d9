package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.mycoswarm.broker.schedules.ScheduledAction;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.QueueView.KeyedJob;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.SubmitRequest;

/// A schedule that submits the same job at each of its times. The run is the job's Idempotency-Key,
/// so a run has one job, however often it is begun.
final class SubmitAction implements ScheduledAction {
  static final String NAME = "submit";

  private final QueueGateway queue;
  private final Submissions submissions;
  private final SubmitCall submit;
  private final Lookups lookups;

  SubmitAction(QueueGateway queue, Submissions submissions, SubmitCall submit, Lookups lookups) {
    this.queue = queue;
    this.submissions = submissions;
    this.submit = submit;
    this.lookups = lookups;
  }

  /// @throws ProblemException when it could not be submitted now
  @Override
  public void check(JsonNode what) {
    submissions.command(request(what), null);
  }

  @Override
  public List<BlobHash> blobs(JsonNode what) {
    SubmitJob command = submissions.command(request(what), null);
    return Stream.concat(
            command.spec().blobs().stream(),
            command.tasks().stream().flatMap(task -> task.blobs().stream()))
        .distinct()
        .toList();
  }

  @Override
  public Optional<Path> folder(JsonNode what) {
    return Optional.empty();
  }

  @Override
  public void start(String run, String schedule, JsonNode what) {
    try {
      submit.answer(request(what), run);
    } catch (ProblemException e) {
      int status = e.type().status();
      if (status >= 500
          || e.type() == ProblemType.OVERLOADED
          || e.type() == ProblemType.QUEUE_FULL) {
        throw e;
      }
      throw new IllegalArgumentException(e.detail(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public Optional<Outcome> ended(String run, JsonNode what) {
    try {
      JobId job = queue.look(state -> state.keyed(run).map(KeyedJob::job)).orElse(null);
      if (job == null) {
        return unknown("So long ago that its job is not known any more");
      }
      return queue.look(state -> state.job(job).isPresent()) ? Optional.empty() : lookedUp(job);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Optional<Outcome> lookedUp(JobId job) throws InterruptedException {
    try {
      String state = lookups.job(job).state();
      return state.equals("running") // the tables are behind
          ? Optional.empty()
          : Optional.of(new Outcome(state, "job " + job));
    } catch (ProblemException e) {
      if (e.type() != ProblemType.NOT_FOUND) {
        throw e;
      }
      return unknown("Job %s is not listed any more".formatted(job));
    }
  }

  private static Optional<Outcome> unknown(String why) {
    return Optional.of(new Outcome("unknown", why));
  }

  private static SubmitRequest request(JsonNode what) {
    try {
      SubmitRequest request = Json.STRICT.treeToValue(what, SubmitRequest.class);
      Optional<String> missing = RequiredFields.missing(request);
      if (missing.isPresent()) {
        throw new IllegalArgumentException(
            "Expected 'submit' to have the field '%s', but it has not".formatted(missing.get()));
      }
      return request;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Expected 'submit' to be what POST /api/v1/jobs takes, but it is not: "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("The broker is stopping", e);
  }
}
