package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;

/// Why a task is where it is.
///
/// @param state `blocked`, `waiting`, `ready`, `leased`, `buried`, or `ended`
/// @param reasons whole sentences with names and numbers
/// @param at when this was so
public record WhyView(String task, String state, List<String> reasons, Instant at) {}
