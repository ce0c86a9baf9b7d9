package org.mycoswarm.node.discovery;

/// What came of one way of looking for a broker.
public sealed interface Location {
  record Here(FoundBroker broker) implements Location {}

  /// @param reason one sentence for the person who wonders
  record Nowhere(String reason) implements Location {}
}
