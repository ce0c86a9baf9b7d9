package org.mycoswarm.schema.wire;

import java.util.List;
import java.util.Map;

/// Answer to `GET /api/v1/jobs/{job}/report`.
///
/// @param counts how many files have each status
public record JobReport(
    String job, String state, Map<String, Integer> counts, List<FileReport> files) {}
