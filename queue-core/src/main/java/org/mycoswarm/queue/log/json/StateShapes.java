package org.mycoswarm.queue.log.json;

import java.io.IOException;
import java.util.Map;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Job;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.domain.StateImage.BandImage;
import org.mycoswarm.queue.domain.StateImage.EndedImage;
import org.mycoswarm.queue.domain.StateImage.GateImage;
import org.mycoswarm.queue.domain.StateImage.Head;
import org.mycoswarm.queue.domain.StateImage.JobImage;
import org.mycoswarm.queue.domain.StateImage.KeyImage;
import org.mycoswarm.queue.domain.StateImage.LineImage;
import org.mycoswarm.queue.domain.StateImage.NodeImage;
import org.mycoswarm.queue.domain.StateImage.Place;
import org.mycoswarm.queue.domain.StateImage.PolicyImage;
import org.mycoswarm.queue.domain.StateImage.RecordImage;
import org.mycoswarm.queue.domain.StateImage.SubmitterImage;
import org.mycoswarm.queue.domain.StateImage.TaskImage;
import org.mycoswarm.queue.domain.Throttle;

/// Every piece of a state as a JSON object, with its stable name first.
final class StateShapes {
  /// The stable name of each piece. A name is never changed and never used again.
  static final Map<Class<? extends StateImage>, String> NAMES =
      Map.ofEntries(
          Map.entry(Head.class, "state.head"),
          Map.entry(NodeImage.class, "state.node"),
          Map.entry(PolicyImage.class, "state.policy"),
          Map.entry(RecordImage.class, "state.record"),
          Map.entry(GateImage.class, "state.gate"),
          Map.entry(KeyImage.class, "state.key"),
          Map.entry(EndedImage.class, "state.ended"),
          Map.entry(JobImage.class, "state.job"),
          Map.entry(TaskImage.class, "state.task"),
          Map.entry(LineImage.class, "state.line"),
          Map.entry(BandImage.class, "state.band"));

  private StateShapes() {}

  static void write(JsonText json, StateImage piece) throws IOException {
    json.text("piece", NAMES.get(piece.getClass()));
    switch (piece) {
      case Head p -> {
        json.time("time", p.time());
        json.number("turns", p.turns());
      }
      case NodeImage p -> {
        json.text("node", p.node());
        json.object("profile", p.profile(), NodeShapes::write);
        json.text("mode", p.mode());
      }
      case PolicyImage p -> {
        json.text("kind", p.kind());
        json.object("policy", p.policy(), JobShapes::write);
      }
      case RecordImage p -> RecordShapes.write(json, p.record());
      case GateImage p -> {
        json.text("scope", p.scope());
        json.object("throttle", p.throttle(), JobShapes::write);
        json.time("next", p.next());
      }
      case KeyImage p -> {
        json.text("key", p.key());
        json.text("job", p.job());
        json.text("fingerprint", p.fingerprint());
      }
      case EndedImage p -> {
        json.text("job", p.job());
        json.number("tasks", p.tasks());
        json.number("attempts", p.attempts());
      }
      case JobImage p -> {
        write(json, p.job());
        json.flag("finished", p.finished());
        json.number("attempts", p.attempts());
      }
      case TaskImage p -> write(json, p);
      case LineImage p -> {
        json.object("requirement", p.requirement(), TaskShapes::write);
        json.text("limitKey", p.limitKey());
        json.number("turn", p.turn());
      }
      case BandImage p -> {
        json.number("priority", p.priority());
        json.time("since", p.since());
        json.number("virtualTime", p.virtualTime());
        json.number("lastCost", p.lastCost());
        json.number("nextTurn", p.nextTurn());
        json.objects("submitters", p.submitters(), StateShapes::write);
      }
    }
  }

  /// @throws IllegalArgumentException when it is no piece this program knows
  static StateImage piece(JsonFields json) {
    String name = json.text("piece");
    return switch (name) {
      case "state.head" -> new Head(json.time("time"), json.number("turns"));
      case "state.node" ->
          new NodeImage(
              json.text("node", Ids::node),
              json.object("profile", NodeShapes::profile),
              json.text("mode", NodeMode::parse));
      case "state.policy" ->
          new PolicyImage(json.text("kind"), json.object("policy", JobShapes::policy));
      case "state.record" -> new RecordImage(RecordShapes.record(json));
      case "state.gate" ->
          new GateImage(
              json.text("scope", Throttle.Scope::parse),
              json.object("throttle", JobShapes::throttle),
              json.time("next"));
      case "state.key" ->
          new KeyImage(
              json.text("key"),
              json.text("job", Ids::job),
              json.text("fingerprint", BlobHash::new));
      case "state.ended" ->
          new EndedImage(
              json.text("job", Ids::job), json.integer("tasks"), json.integer("attempts"));
      case "state.job" -> new JobImage(job(json), json.flag("finished"), json.integer("attempts"));
      case "state.task" -> task(json);
      case "state.line" ->
          new LineImage(
              json.object("requirement", TaskShapes::requirement),
              json.textOrNull("limitKey"),
              json.number("turn"));
      case "state.band" ->
          new BandImage(
              json.integer("priority"),
              json.time("since"),
              json.number("virtualTime"),
              json.number("lastCost"),
              json.number("nextTurn"),
              json.objects("submitters", StateShapes::submitter));
      default -> throw new IllegalArgumentException("there is no piece '%s'".formatted(name));
    };
  }

  private static void write(JsonText json, Job job) throws IOException {
    json.text("job", job.id());
    JobShapes.write(json, job.order());
    json.number("tasks", job.tasks());
    json.number("open", job.open());
    json.number("openBeforeLast", job.openBeforeLast());
    json.number("succeeded", job.succeeded());
    json.number("buried", job.buried());
    json.flag("paused", job.paused());
  }

  private static Job job(JsonFields json) {
    return new Job(
        json.text("job", Ids::job),
        JobShapes.order(json),
        json.integer("tasks"),
        json.integer("open"),
        json.integer("openBeforeLast"),
        json.integer("succeeded"),
        json.integer("buried"),
        json.flag("paused"));
  }

  private static void write(JsonText json, TaskImage task) throws IOException {
    json.text("task", task.task());
    json.object("spec", task.spec(), TaskShapes::write);
    json.text("state", task.state());
    json.number("attempt", task.attempt());
    json.number("failures", task.failures());
    json.text("near", task.near());
    json.number("missing", task.missing());
    json.time("until", task.until());
    json.text("node", task.node());
    json.text("reason", task.reason());
    json.flag("waitsForAll", task.waitsForAll());
  }

  private static TaskImage task(JsonFields json) {
    return new TaskImage(
        json.text("task", Ids::task),
        json.object("spec", TaskShapes::task),
        json.text("state"),
        json.integer("attempt"),
        json.integer("failures"),
        json.textOrNull("near", Ids::node),
        json.integer("missing"),
        json.timeOrNull("until"),
        json.textOrNull("node", Ids::node),
        json.textOrNull("reason"),
        json.flag("waitsForAll"));
  }

  private static void write(JsonText json, SubmitterImage submitter) throws IOException {
    json.text("submitter", submitter.submitter());
    json.number("turn", submitter.turn());
    json.number("tag", submitter.tag());
    json.number("virtualTime", submitter.virtualTime());
    json.number("lastCost", submitter.lastCost());
    json.number("nextTurn", submitter.nextTurn());
    json.objects("jobs", submitter.jobs(), StateShapes::write);
  }

  private static SubmitterImage submitter(JsonFields json) {
    return new SubmitterImage(
        json.text("submitter"),
        json.number("turn"),
        json.number("tag"),
        json.number("virtualTime"),
        json.number("lastCost"),
        json.number("nextTurn"),
        json.objects("jobs", StateShapes::place));
  }

  private static void write(JsonText json, Place place) throws IOException {
    json.text("job", place.job());
    json.number("turn", place.turn());
    json.number("tag", place.tag());
  }

  private static Place place(JsonFields json) {
    return new Place(json.text("job", Ids::job), json.number("turn"), json.number("tag"));
  }
}
