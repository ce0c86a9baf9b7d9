package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A schedule as it is now.
///
/// @param cron what `when` means, as five fields of cron
/// @param next when it runs next; absent while it is paused
/// @param running the run that goes on
/// @param last the run that ended last
public record ScheduleView(
    String name,
    String when,
    String cron,
    String zone,
    JsonNode action,
    String missed,
    boolean enabled,
    boolean watch,
    int quietSeconds,
    @Nullable Instant next,
    @Nullable ScheduleRunView running,
    @Nullable ScheduleRunView last) {}
