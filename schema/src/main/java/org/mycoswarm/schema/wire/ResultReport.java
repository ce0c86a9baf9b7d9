package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one lease ended.
///
/// @param status `completed`, `failed` or `released` (handed back unfinished, which costs no
///     attempt)
/// @param detail for `completed`: a JSON object of a few hundred bytes; larger things go into blobs
/// @param blobs SHA-256 of every blob the detail refers to: uploaded before this report
/// @param counts work done by unit, for sums: `files`, `chunks`, `vectors`, `tokens`, `millis`
/// @param next tasks this result asks for; they join the job in the same entry of the log
/// @param reason for `failed`: one sentence
/// @param retryable for `failed`: false when the same input must fail again on any node; true when
///     absent
public record ResultReport(
    String lease,
    String status,
    @Nullable JsonNode detail,
    @Nullable List<String> blobs,
    @Nullable Map<String, Long> counts,
    @Nullable List<TaskSubmission> next,
    @Nullable String reason,
    @Nullable Boolean retryable) {}
