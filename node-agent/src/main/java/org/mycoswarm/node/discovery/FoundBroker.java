package org.mycoswarm.node.discovery;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.Token;

/// A broker that answered and is the right one.
///
/// @param broker its id
/// @param token to send with every call, or null when it asks for none; it has proved that it knows
///     it
/// @param how `address`, `run-file` or `multicast`
public record FoundBroker(URI url, String broker, @Nullable Token token, String how) {}
