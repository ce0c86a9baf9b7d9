package org.mycoswarm.node;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.discovery.Credentials;
import org.mycoswarm.node.generate.ChatServerSettings;

/// Everything a node can be told.
///
/// @param home in which it keeps what it must remember
/// @param brokerHome home of a broker on this machine; the node's own unless given
/// @param broker the only address to try, or null to look for the broker
/// @param credentials which broker, and the token that both know
/// @param name what people call it, or null for the host's name
/// @param models folder with one folder for each model
/// @param reader how documents that take a parser are read
/// @param servers which other programs are asked for models that generate
/// @param workers how many tasks it works on at a time, or null for the number of cores
/// @param ramMiB what tasks may take of this machine's memory, or null for what is free
/// @param capabilities the override file that a person gave, or null for the one in the home, if
///     any
/// @param submitters whose work it takes; everybody's when there are none
/// @param costMax how much the tasks it takes at a time may cost together, or null for any
/// @param searchTime after which it gives up looking for a broker, or null to look for ever
/// @param stopTime that the workers get to finish when it is stopped
/// @param rescanTime how often it looks anew at what it can do
/// @param watchTime how often it looks whether the override file or the models have changed
public record AgentConfig(
    NodeHome home,
    NodeHome brokerHome,
    @Nullable URI broker,
    Credentials credentials,
    @Nullable String name,
    Path models,
    ReaderSettings reader,
    ChatServerSettings servers,
    @Nullable Integer workers,
    @Nullable Long ramMiB,
    @Nullable Path capabilities,
    List<String> submitters,
    @Nullable Long costMax,
    @Nullable Duration searchTime,
    Duration stopTime,
    Duration rescanTime,
    Duration watchTime) {
  public static final Duration STOP_TIME = Duration.ofSeconds(10);
  public static final Duration RESCAN_TIME = Duration.ofMinutes(10);
  public static final Duration WATCH_TIME = Duration.ofSeconds(5);

  public AgentConfig {
    submitters = List.copyOf(submitters);
    if (submitters.stream().anyMatch(String::isBlank)) {
      throw new Refused("Expected names of submitters, but one is empty");
    }
    if (costMax != null && costMax < 1) {
      throw new Refused("Expected a cost of 1 or more to take at a time, but it is " + costMax);
    }
    if (workers != null && workers < 1) {
      throw new Refused("Expected 1 worker or more, but %d were asked for".formatted(workers));
    }
    if (ramMiB != null && ramMiB < 1) {
      throw new Refused(
          "Expected memory of 1 MiB or more for tasks, but %d were given".formatted(ramMiB));
    }
    if (name != null && name.isBlank()) {
      throw new Refused("Expected a name for this node, but it is empty");
    }
  }
}
