package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.BrokerRefused;
import org.mycoswarm.cli.client.JobFollower;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.folder.Prompts.Prompt;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.JobProgress;
import org.mycoswarm.cli.output.Progress;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.GenerateDetail;
import org.mycoswarm.schema.wire.GenerateLine;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.ModelView;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.Sampling;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.TaskSubmission;
import org.mycoswarm.schema.wire.TaskView;

/// Many prompts as tasks of the kind `generate`: they are in the log once they are submitted, and a
/// node that dies costs no answer. For one thread.
final class GenerateJob {
  /// Of one job: its submission is one entry of the log.
  private static final int PROMPTS_MAX = 500;

  private static final int CHARACTERS_MAX = 2_000_000;

  private final BrokerClient client;
  private final Progress progress;

  GenerateJob(BrokerClient client, Progress progress) {
    this.client = client.patient(EmbedCommand.PATIENCE);
    this.progress = progress;
  }

  /// Submits the prompts, waits, and writes a [GenerateLine] for each answer, in their order.
  ///
  /// @param model name or digest
  /// @param key a repeat with the same key gives the same jobs
  /// @return how many were not answered
  int run(String model, List<Prompt> prompts, Sampling sampling, String key, OutputStream out)
      throws IOException {
    SortedMap<String, String> offered = offered();
    String digest = offered.containsValue(model) ? model : offered.get(model);
    if (digest == null) {
      return new GenerateInTurn(client, progress)
          .run(registered(model, offered), prompts, sampling, out);
    }
    List<JobView> jobs = new ArrayList<>();
    for (List<Prompt> part : parts(prompts)) {
      String ofPart = key + "/" + (jobs.size() + 1);
      SubmitRequest request =
          new SubmitRequest(
              "generate",
              null,
              part.stream().map(prompt -> task(digest, prompt, sampling)).toList());
      jobs.add(client.submit(request, ofPart));
    }
    progress.say(
        "Submitted %s as %s. Key %s"
            .formatted(
                Figures.count(prompts.size(), "prompt"), Figures.count(jobs.size(), "job"), key));
    int unanswered = 0;
    for (JobView job : jobs) {
      unanswered += write(job.job(), digest, out);
    }
    return unanswered;
  }

  private int write(String job, String digest, OutputStream out) throws IOException {
    JobView _ =
        new JobFollower(
                client, job, null, EmbedCommand.PATIENCE, new JobProgress(progress, 0, () -> false))
            .follow();
    progress.finish();
    int unanswered = 0;
    String tasks = "/api/v1/jobs/" + BrokerClient.segment(job) + "/tasks";
    for (JsonNode each : client.list(tasks, Integer.MAX_VALUE)) {
      TaskView task = Wire.read(each, TaskView.class);
      if (task.result() == null) {
        unanswered++;
        progress.say("Not answered: %s (%s)".formatted(task.label(), reason(task)));
      } else {
        out.write((Wire.line(line(task, digest, task.result())) + "\n").getBytes(UTF_8));
      }
    }
    return unanswered;
  }

  private GenerateLine line(TaskView task, String digest, JsonNode result) {
    GenerateDetail detail = Wire.read(result, GenerateDetail.class);
    String blob = detail.blob();
    String text = blob == null ? detail.text() : new String(client.blob(blob), UTF_8);
    return new GenerateLine(
        task.number(),
        task.label(),
        digest,
        text == null ? "" : text,
        detail.finish(),
        detail.promptTokens(),
        detail.completionTokens());
  }

  private static String reason(TaskView task) {
    return task.reason() == null ? "it is " + task.state() : task.reason();
  }

  private static TaskSubmission task(String digest, Prompt prompt, Sampling sampling) {
    GeneratePayload payload = GeneratePayload.ofMessages(digest, prompt.messages(), sampling);
    return new TaskSubmission(
        GeneratePayload.KIND,
        digest,
        prompt.label(),
        Json.LENIENT.valueToTree(payload),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        (long) sampling.tokensMax(),
        null,
        null,
        null,
        null);
  }

  private static List<List<Prompt>> parts(List<Prompt> prompts) {
    List<List<Prompt>> parts = new ArrayList<>();
    int characters = CHARACTERS_MAX;
    for (Prompt prompt : prompts) {
      int own = prompt.messages().stream().mapToInt(message -> message.content().length()).sum();
      characters += own;
      if (characters > CHARACTERS_MAX || parts.getLast().size() == PROMPTS_MAX) {
        parts.add(new ArrayList<>());
        characters = own;
      }
      parts.getLast().add(prompt);
    }
    return parts;
  }

  /// Tasks name a model by its digest, which the nodes that have it know.
  private SortedMap<String, String> offered() {
    SortedMap<String, String> digests = new TreeMap<>();
    for (JsonNode each : client.list("/api/v1/nodes", Integer.MAX_VALUE)) {
      for (CapabilityView can : Wire.read(each, NodeView.class).capabilities()) {
        String digest = can.model();
        if (can.kind().equals(GeneratePayload.KIND) && digest != null) {
          digests.put(can.modelName() == null ? digest : can.modelName(), digest);
        }
      }
    }
    return digests;
  }

  /// A model that no node has whole, but the broker knows.
  private ModelView registered(String model, SortedMap<String, String> offered) {
    try {
      return client.get("/api/v1/models/" + BrokerClient.segment(model), ModelView.class);
    } catch (BrokerRefused e) {
      if (e.status() != 404) {
        throw e;
      }
      throw new CommandFailed(
          ExitCode.FAILURES,
          "Expected a model that a node offers to 'generate' with, or one that is registered, but '%s' is neither; nodes offer %s. Nothing was submitted."
              .formatted(model, offered.isEmpty() ? "none" : String.join(", ", offered.keySet())));
    }
  }
}
