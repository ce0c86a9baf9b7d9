package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/jobs`: either `embed`, a folder to embed, or `tasks`, any tasks at all.
///
/// @param name what people call the job; made up from its kind when absent
/// @param embed embed a folder that was uploaded
/// @param tasks tasks of any kind, in the order of their numbers
/// @param submitter who gets one share of the swarm, however many jobs they submit; `anyone` when
///     absent
/// @param priority 0 to 9, the higher goes first; 4 when absent
/// @param onFailure what a buried task means for the job: `continue` (when absent), `fail-fast`, or
///     `{"toleratePercent": N}` to end it as failed when more than that are buried
/// @param deadlineSeconds from the submission on; the job is ended as failed when it is over.
///     Fractions count
public record SubmitRequest(
    @Nullable String name,
    @Nullable EmbedFolder embed,
    @Nullable List<TaskSubmission> tasks,
    @Nullable String submitter,
    @Nullable Integer priority,
    @Nullable JsonNode onFailure,
    @Nullable Double deadlineSeconds) {
  /// A job as most are: in the usual order.
  public SubmitRequest(
      @Nullable String name, @Nullable EmbedFolder embed, @Nullable List<TaskSubmission> tasks) {
    this(name, embed, tasks, null, null, null, null);
  }
}
