package org.mycoswarm.schema.wire;

import java.util.List;

/// Body of `POST /api/v1/nodes/{node}/renew`; with no leases it is a heartbeat.
public record RenewRequest(List<String> leases) {}
