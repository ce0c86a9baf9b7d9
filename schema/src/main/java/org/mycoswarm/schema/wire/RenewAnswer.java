package org.mycoswarm.schema.wire;

import java.util.List;

/// @param renewed leases that run on for their full time
/// @param lost leases that are not held any more: drop the work
public record RenewAnswer(List<String> renewed, List<String> lost) {}
