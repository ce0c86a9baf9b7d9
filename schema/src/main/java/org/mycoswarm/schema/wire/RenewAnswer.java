package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// @param renewed leases that run on for their full time
/// @param lost leases that are not held any more: drop the work
/// @param mode of the node, as in [WorkAnswer]
public record RenewAnswer(List<String> renewed, List<String> lost, @Nullable String mode) {}
