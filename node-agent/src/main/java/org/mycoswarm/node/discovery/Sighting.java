package org.mycoswarm.node.discovery;

import java.net.URI;
import java.util.List;

/// What one message on the network claims: that a broker with this id is at one of these addresses.
/// Anybody on the network can claim it.
///
/// @param addresses the sender's own comes first: a message from there has just arrived
record Sighting(String broker, List<URI> addresses) {}
