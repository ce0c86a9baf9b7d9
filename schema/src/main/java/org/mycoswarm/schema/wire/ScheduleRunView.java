package org.mycoswarm.schema.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One run of a schedule.
///
/// @param why `due`, `missed` (the broker was off at its time), `change` (the folder changed), or
///     `asked`
/// @param state `waiting`, `running` or `ended`
/// @param outcome `succeeded`, `succeeded-with-failures`, `failed`, `skipped`, or what else the
///     action says
public record ScheduleRunView(
    String run,
    Instant due,
    String why,
    String state,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String outcome,
    @Nullable String detail) {}
