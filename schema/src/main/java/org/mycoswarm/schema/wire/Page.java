package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One page of a listing.
///
/// @param next give it as `cursor` for the next page; absent on the last one
public record Page<T>(List<T> items, @Nullable String next) {}
