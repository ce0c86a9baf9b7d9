package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;

/// One entry of the log, as `GET /api/v1/log` and the event streams show it.
///
/// @param cause the request, timer or start that made it
/// @param events each with its stable name in `event`
public record LogEntryView(long position, Instant at, String cause, List<JsonNode> events) {}
