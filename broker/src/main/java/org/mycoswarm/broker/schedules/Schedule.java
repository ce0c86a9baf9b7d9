package org.mycoswarm.broker.schedules;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;

/// What a schedule says, as its record has it.
///
/// @param when as it was written
/// @param zone the time zone it is meant in
/// @param action an object of one field: the action's name, and what it is to do
/// @param missed `once` or `skip`: what becomes of times at which the broker was off
/// @param watch whether it also runs after the folder has changed
/// @param quietSeconds how long nothing may have changed before it does
/// @param since times before are not its own
record Schedule(
    String when,
    String zone,
    JsonNode action,
    String missed,
    boolean enabled,
    boolean watch,
    int quietSeconds,
    Instant since) {
  static final String ONCE = "once";
  static final String SKIP = "skip";

  When times() {
    return When.parse(when, ZoneId.of(zone));
  }

  String actionName() {
    return action.fieldNames().next();
  }

  JsonNode what() {
    return action.path(actionName());
  }

  Schedule enabled(boolean now, Instant from) {
    return new Schedule(when, zone, action, missed, now, watch, quietSeconds, from);
  }
}
