package org.mycoswarm.broker.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedDetail;

/// `embed` tasks that carry their inputs with them, and what comes back of them.
public final class EmbedTasks {
  static final String KIND = "embed";

  /// Enough to make the way of a task short beside its work, and few enough that several nodes
  /// share in a request.
  private static final int INPUTS_MIN = 4;

  private static final int INPUTS_MAX = 32;
  private static final int TASKS_WANTED = 16;

  /// Somebody waits: a node that died must be found out soon, and a failure tried again at once.
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(50), Duration.ofMillis(500));

  private EmbedTasks() {}

  /// How many inputs each task gets when so many are to be embedded while somebody waits.
  static int inputsEach(int inputs) {
    return Math.clamp(-Math.floorDiv(-inputs, TASKS_WANTED), INPUTS_MIN, INPUTS_MAX);
  }

  /// Tasks for somebody who waits.
  ///
  /// @param model digest
  static List<TaskSpec> urgent(String model, EmbedInputs inputs) {
    List<TaskSpec> tasks = new ArrayList<>();
    int each = inputsEach(inputs.size());
    for (int from = 0; from < inputs.size(); from += each) {
      int to = Math.min(from + each, inputs.size());
      tasks.add(of(model, inputs.slice(from, to), RETRY, LEASE));
    }
    return tasks;
  }

  /// One task for all the inputs.
  ///
  /// @param model digest
  public static TaskSpec of(
      String model, EmbedInputs inputs, RetryPolicy retry, Duration leaseTime) {
    return new TaskSpec(
        new Terms(new Requirement(KIND, model), retry, leaseTime, null, inputs.size(), null),
        "%d inputs".formatted(inputs.size()),
        null,
        json(inputs.payload(model)),
        List.of(),
        TaskSpec.Start.AT_ONCE);
  }

  /// What such a task made.
  ///
  /// @throws IOException when it is not what a node should report
  public static EmbedDetail detail(TaskResult result) throws IOException {
    return Json.LENIENT.readValue(result.detail(), EmbedDetail.class);
  }

  private static String json(Object payload) {
    try {
      return Json.LENIENT.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a record of texts to have a JSON form", e);
    }
  }
}
