package org.mycoswarm.sharding.plan;

/// The model does not fit the nodes.
///
/// @param missingBytes how much memory is missing, on the node where the least helps
/// @param sentence the same for a person, with the numbers
public record NoPlan(long missingBytes, String sentence) implements Planned {}
