package org.mycoswarm.schema.wire;

/// One line of the results of a job of `generate` tasks: one answer.
///
/// @param task number of the task in its job, counted from 0
/// @param label what a person recognises the task by
/// @param model digest of the model
/// @param finish why the answer ends: `stop` or `length`
public record GenerateLine(
    int task,
    String label,
    String model,
    String text,
    String finish,
    int promptTokens,
    int completionTokens) {}
