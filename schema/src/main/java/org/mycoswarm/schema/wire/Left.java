package org.mycoswarm.schema.wire;

import java.util.List;

/// The answer to a node that stops.
///
/// @param released the leases that it handed back
public record Left(String node, List<String> released) {}
