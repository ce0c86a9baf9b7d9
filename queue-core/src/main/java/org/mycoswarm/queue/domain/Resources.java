package org.mycoswarm.queue.domain;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Slots of a machine: what a node has, what a task takes while it is leased, or what is left.
///
/// @param cpu cores
/// @param ramMiB main memory in MiB
/// @param vramMiB memory of accelerators in MiB
public record Resources(int cpu, long ramMiB, long vramMiB) {
  public static final Resources NONE = new Resources(0, 0, 0);

  static Resources orNone(@Nullable Resources resources) {
    return resources == null ? NONE : resources;
  }

  /// Whether something that takes this much has room in `free`. What takes nothing always has.
  public boolean fitInto(Resources free) {
    return (cpu == 0 || cpu <= free.cpu)
        && (ramMiB == 0 || ramMiB <= free.ramMiB)
        && (vramMiB == 0 || vramMiB <= free.vramMiB);
  }

  /// Whether both take some of the same, so that each may be in the other's way.
  boolean vieWith(Resources other) {
    return (cpu > 0 && other.cpu > 0)
        || (ramMiB > 0 && other.ramMiB > 0)
        || (vramMiB > 0 && other.vramMiB > 0);
  }

  public boolean isNone() {
    return equals(NONE);
  }

  Resources plus(Resources more) {
    return more.isNone()
        ? this
        : new Resources(cpu + more.cpu, ramMiB + more.ramMiB, vramMiB + more.vramMiB);
  }

  Resources minus(Resources less) {
    return less.isNone()
        ? this
        : new Resources(cpu - less.cpu, ramMiB - less.ramMiB, vramMiB - less.vramMiB);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d cpu, %,d MiB ram, %,d MiB vram", cpu, ramMiB, vramMiB);
  }
}
