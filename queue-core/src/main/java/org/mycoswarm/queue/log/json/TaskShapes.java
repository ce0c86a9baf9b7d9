package org.mycoswarm.queue.log.json;

import java.io.IOException;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.Terms;

/// Tasks and their results as JSON. A task is one flat object: how the queue groups its fields may
/// change, what is on disk may not. Fields that came with a later version are left out at their
/// usual value, which therefore is for ever, too.
final class TaskShapes {
  private static final long COST_USUAL = 1;

  private TaskShapes() {}

  /// The version of a program that knows all of its fields.
  static int version(TaskSpec task) {
    return task.requirement().node() != null ? 4 : isOld(task) ? 1 : 2;
  }

  /// Whether it has no field that came with version 2.
  private static boolean isOld(TaskSpec task) {
    Terms terms = task.terms();
    return terms.requirement().resources().isNone()
        && terms.limitKey() == null
        && terms.cost() == COST_USUAL
        && terms.deadline() == null
        && task.start().equals(TaskSpec.Start.AT_ONCE);
  }

  static void write(JsonText json, TaskSpec task) throws IOException {
    Terms terms = task.terms();
    json.object("requirement", terms.requirement(), TaskShapes::write);
    json.text("label", task.label());
    json.optional("parent", task.parent());
    json.text("payload", task.payload());
    json.texts("blobs", task.blobs());
    json.object("retry", terms.retry(), TaskShapes::write);
    json.text("leaseTime", terms.leaseTime());
    json.text("limitKey", terms.limitKey());
    if (terms.cost() != COST_USUAL) {
      json.number("cost", terms.cost());
    }
    json.time("deadline", terms.deadline());
    json.time("notBefore", task.start().notBefore());
    if (!task.start().after().isEmpty()) {
      json.numbers("after", task.start().after());
    }
    json.flag("last", task.start().last());
  }

  static TaskSpec task(JsonFields json) {
    Requirement requirement = json.object("requirement", TaskShapes::requirement);
    String label = json.text("label");
    Integer parent = json.integerOrNull("parent");
    String payload = json.text("payload");
    var blobs = json.texts("blobs", BlobHash::new);
    Terms terms =
        new Terms(
            requirement,
            json.object("retry", TaskShapes::retry),
            json.text("leaseTime", Times::duration),
            json.textOrNull("limitKey"),
            json.number("cost", COST_USUAL),
            json.timeOrNull("deadline"));
    return new TaskSpec(terms, label, parent, payload, blobs, start(json));
  }

  private static TaskSpec.Start start(JsonFields json) {
    TaskSpec.Start start =
        new TaskSpec.Start(
            json.timeOrNull("notBefore"), json.numbersOrNone("after"), json.flag("last"));
    return start.equals(TaskSpec.Start.AT_ONCE) ? TaskSpec.Start.AT_ONCE : start;
  }

  static void write(JsonText json, Requirement requirement) throws IOException {
    json.text("kind", requirement.kind());
    json.text("model", requirement.model());
    if (!requirement.resources().isNone()) {
      json.object("resources", requirement.resources(), TaskShapes::write);
    }
    json.text("node", requirement.node());
  }

  static Requirement requirement(JsonFields json) {
    return new Requirement(
        json.text("kind"),
        json.textOrNull("model"),
        resources(json),
        json.textOrNull("node", Ids::node));
  }

  static void write(JsonText json, Resources resources) throws IOException {
    json.number("cpu", resources.cpu());
    json.number("ramMiB", resources.ramMiB());
    json.number("vramMiB", resources.vramMiB());
  }

  /// The field `resources` of another object.
  static Resources resources(JsonFields json) {
    Resources resources =
        json.objectOrNull(
            "resources",
            in -> new Resources(in.integer("cpu"), in.number("ramMiB"), in.number("vramMiB")));
    return resources == null ? Resources.NONE : resources;
  }

  static void write(JsonText json, RetryPolicy retry) throws IOException {
    json.number("attemptsMax", retry.attemptsMax());
    json.text("firstDelay", retry.firstDelay());
    json.text("delayMax", retry.delayMax());
  }

  static RetryPolicy retry(JsonFields json) {
    return new RetryPolicy(
        json.integer("attemptsMax"),
        json.text("firstDelay", Times::duration),
        json.text("delayMax", Times::duration));
  }

  static void write(JsonText json, TaskResult result) throws IOException {
    json.text("detail", result.detail());
    json.texts("blobs", result.blobs());
    json.object("counts", result.counts(), JsonText::counts);
  }

  static TaskResult result(JsonFields json) {
    return new TaskResult(
        json.text("detail"), json.texts("blobs", BlobHash::new), json.counts("counts"));
  }
}
