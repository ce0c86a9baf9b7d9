package org.mycoswarm.schema.wire;

import java.time.Instant;

/// Answer to `GET /api/v1`.
///
/// @param position of the last durable entry
/// @param console address of the web page
public record BrokerView(
    String broker,
    String version,
    String incarnation,
    Instant startedAt,
    long position,
    boolean lan,
    String console) {}
