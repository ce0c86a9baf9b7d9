package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/jobs`: either `embed`, a folder to embed, or `tasks`, any tasks at all.
///
/// @param name what people call the job; made up from its kind when absent
/// @param embed embed a folder that was uploaded
/// @param tasks tasks of any kind, in the order of their numbers
public record SubmitRequest(
    @Nullable String name, @Nullable EmbedFolder embed, @Nullable List<TaskSubmission> tasks) {}
