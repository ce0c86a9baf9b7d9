package org.mycoswarm.node.capability;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.Refused;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;

/// What a person says against the probes, in a file of JSON with these members, each of which may
/// be absent.
///
/// @param remove kinds of tasks that this node shall not get
/// @param add capabilities; one with the kind and model of a found one takes its place
/// @param name of the node
/// @param workers how many tasks it works on at a time; read at the start only
public record CapabilityOverride(
    @Nullable List<String> remove,
    @Nullable List<CapabilityView> add,
    @Nullable String name,
    @Nullable Integer workers) {
  public static final CapabilityOverride NONE = new CapabilityOverride(null, null, null, null);

  private static final int WORKERS_MAX = 1_024;

  /// @param kinds what this node has executors for
  /// @param required whether the file has to be there
  /// @throws Refused when it is not in order
  public static CapabilityOverride read(Path file, boolean required, Set<String> kinds) {
    try {
      CapabilityOverride read =
          Json.STRICT.readValue(Files.readAllBytes(file), CapabilityOverride.class);
      return read == null ? NONE : read.checked(file, kinds);
    } catch (NoSuchFileException e) {
      if (required) {
        throw refused(file, "there is no such file");
      }
      return NONE;
    } catch (JsonProcessingException e) {
      throw refused(file, "it is not in order: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw refused(file, "it is not readable: " + e);
    }
  }

  private CapabilityOverride checked(Path file, Set<String> kinds) {
    for (CapabilityView capability : added()) {
      if (capability == null || !kinds.contains(String.valueOf(capability.kind()))) {
        String kind = capability == null ? "null" : "'" + capability.kind() + "'";
        throw refused(
            file, "it adds the kind %s, and this node has %s".formatted(kind, sorted(kinds)));
      }
      if (capability.device() == null || capability.device().isBlank()) {
        throw refused(file, "what it adds for '%s' has no device".formatted(capability.kind()));
      }
      if (capability.rate() < 0) {
        throw refused(
            file, "what it adds for '%s' has a rate below 0".formatted(capability.kind()));
      }
    }
    for (String kind : removed()) {
      if (!kinds.contains(String.valueOf(kind))) {
        throw refused(
            file, "it removes the kind '%s', and this node has %s".formatted(kind, sorted(kinds)));
      }
    }
    if (name != null && name.isBlank()) {
      throw refused(file, "its name is empty");
    }
    if (workers != null && (workers < 1 || workers > WORKERS_MAX)) {
      throw refused(file, "it asks for %d workers, not 1 to %d".formatted(workers, WORKERS_MAX));
    }
    return this;
  }

  /// What it leaves of capabilities that came after the probes.
  public List<CapabilityView> leftOf(List<CapabilityView> later) {
    return later.stream()
        .filter(capability -> !removed().contains(capability.kind()))
        .filter(capability -> added().stream().noneMatch(added -> sameTask(added, capability)))
        .toList();
  }

  List<CapabilityView> applyTo(List<CapabilityView> found) {
    List<CapabilityView> result = new ArrayList<>(leftOf(found));
    result.addAll(added());
    return result;
  }

  private static boolean sameTask(CapabilityView one, CapabilityView other) {
    return one.kind().equals(other.kind()) && Objects.equals(one.model(), other.model());
  }

  private List<CapabilityView> added() {
    return add == null ? List.of() : add;
  }

  private List<String> removed() {
    return remove == null ? List.of() : remove;
  }

  private static List<String> sorted(Set<String> kinds) {
    return kinds.stream().sorted().toList();
  }

  private static Refused refused(Path file, String but) {
    return new Refused(
        "Expected what '%s' says about this node's capabilities, but %s; correct it or take it away"
            .formatted(file, but));
  }
}
