package org.mycoswarm.broker.webhooks;

import com.fasterxml.jackson.databind.JsonNode;

/// Hears of every report on a collection.
public interface ReportHook {
  /// Returns at once; nothing that goes wrong later reaches the caller.
  void send(String collection, JsonNode report);
}
