package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Every error, as `application/problem+json` (RFC 9457).
///
/// @param type `urn:mycoswarm:problem:` and a word that programs can rely on
/// @param title what kind of problem
/// @param detail expected X, but Y; what happens now; what you can do
public record Problem(
    String type, String title, int status, String detail, @Nullable String instance) {}
