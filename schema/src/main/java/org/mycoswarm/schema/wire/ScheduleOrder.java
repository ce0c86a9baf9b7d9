package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// What a schedule is to do, and when.
///
/// @param when `02:30`, `weekdays at 6:00`, `every 15 minutes`, or five fields of cron
/// @param zone the time zone, such as `Europe/Berlin`; the broker machine's when absent
/// @param action an object of one field: the action's name, and what it is to do
/// @param missed `once` (usual) or `skip`: what becomes of times at which the broker was off
/// @param watch whether it also runs after the folder has changed
/// @param quietSeconds how long nothing may have changed before it does; 30 when absent
public record ScheduleOrder(
    String when,
    @Nullable String zone,
    JsonNode action,
    @Nullable String missed,
    @Nullable Boolean watch,
    @Nullable Integer quietSeconds) {}
