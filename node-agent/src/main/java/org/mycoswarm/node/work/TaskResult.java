package org.mycoswarm.node.work;

import java.util.List;
import java.util.Map;
import org.mycoswarm.schema.wire.TaskSubmission;

/// What a task made.
///
/// @param detail becomes the JSON object that the broker keeps
/// @param blobs everything the detail refers to; already with the broker
/// @param counts work done, by unit
/// @param next tasks that this result asks for
public record TaskResult(
    Object detail, List<String> blobs, Map<String, Long> counts, List<TaskSubmission> next) {}
