package org.mycoswarm.schema.wire;

/// Answer to `POST /api/v1/log/verify`.
///
/// @param same whether the state rebuilt from the log is the state the broker works with
/// @param entries how many entries were read and checked
public record LogCheck(
    boolean same, long position, long entries, String liveHash, String replayedHash, long millis) {}
