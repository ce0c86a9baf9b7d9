package org.mycoswarm.sharding.plan;

/// What a planner answers.
public sealed interface Planned permits Plan, NoPlan {}
