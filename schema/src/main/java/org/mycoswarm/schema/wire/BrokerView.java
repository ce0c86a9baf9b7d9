package org.mycoswarm.schema.wire;

import java.time.Instant;

/// Answer to `GET /api/v1`.
///
/// @param position of the last durable entry
/// @param console address of the web page
/// @param log what is there of the log
/// @param freeBytes free on the disk of the broker's home
/// @param tablesBehind entries that lists of jobs, tasks and nodes do not show yet
public record BrokerView(
    String broker,
    String version,
    String incarnation,
    Instant startedAt,
    long position,
    boolean lan,
    String console,
    LogView log,
    long freeBytes,
    long tablesBehind) {}
