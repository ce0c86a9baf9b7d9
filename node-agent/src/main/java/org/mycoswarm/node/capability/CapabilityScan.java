package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.generate.ChatServers;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.NodeReport;
import oshi.SystemInfo;
import oshi.hardware.HardwareAbstractionLayer;

/// Asks every probe and puts together what the node reports. Never throws because of a probe: what
/// could not be found out is listed as missing, with the reason. One thread at a time.
public final class CapabilityScan {
  /// The members that change by themselves all the time; they alone make no new report.
  static final String AVAILABLE_BYTES = "availableBytes";

  /// A probe of hardware asks other programs and devices, which can hang.
  private static final Duration HARDWARE_TIME = Duration.ofSeconds(8);

  /// The first run unpacks a library, loads each model for each worker and measures.
  private static final Duration MEASURING_TIME = Duration.ofMinutes(2);

  private record Timed(Probe probe, Duration within) {}

  private final List<Timed> probes;

  CapabilityScan(List<Probe> hardware, List<Probe> measuring) {
    List<Timed> all = new ArrayList<>();
    hardware.forEach(probe -> all.add(new Timed(probe, HARDWARE_TIME)));
    measuring.forEach(probe -> all.add(new Timed(probe, MEASURING_TIME)));
    this.probes = List.copyOf(all);
  }

  /// @param rates where measured rates are kept
  /// @param servers of other programs that generate
  /// @param stopping ends a measurement early
  public static CapabilityScan ofThisMachine(
      Path home,
      Path rates,
      ModelShelf shelf,
      ChatServers servers,
      int workers,
      BooleanSupplier stopping) {
    HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
    return new CapabilityScan(
        List.of(
            new CpuProbe(hardware),
            new MemoryProbe(hardware),
            new DiskProbe(hardware, home),
            new GpuProbe(hardware, "nvidia-smi"),
            new SystemProbe()),
        List.of(
            new ModelsProbe(shelf),
            new EmbeddingRateProbe(shelf, new RateBook(rates), workers, stopping),
            new StageRateProbe(shelf, new RateBook(rates), home, workers, stopping),
            new GenerateProbe(servers, new RateBook(rates), stopping)));
  }

  /// @param node its id
  /// @param name unless the override gives another
  /// @param submitters whose work the node takes; everybody's when there are none
  /// @param ramMiB what tasks may take of the memory, or null for what is free
  public NodeReport scan(
      String node,
      String name,
      List<String> submitters,
      @Nullable Long ramMiB,
      CapabilityOverride override)
      throws InterruptedException {
    ObjectNode detail = Json.LENIENT.createObjectNode();
    List<CapabilityView> capabilities = new ArrayList<>();
    List<Missing> missing = new ArrayList<>();
    for (Timed timed : probes) {
      Finding finding = guarded(timed);
      finding.detail().forEach(detail::set);
      capabilities.addAll(finding.capabilities());
      missing.addAll(finding.missing());
    }
    detail.set("missing", Json.LENIENT.valueToTree(missing));
    String called = override.name() == null ? name : override.name();
    return new NodeReport(
        node, called, override.applyTo(capabilities), detail, Slots.of(detail, ramMiB), submitters);
  }

  /// Whether two reports differ in more than what changes by itself.
  public static boolean differ(NodeReport one, NodeReport other) {
    return !steady(one).equals(steady(other));
  }

  private static JsonNode steady(NodeReport report) {
    JsonNode tree = Json.LENIENT.valueToTree(report);
    for (String restless : List.of(AVAILABLE_BYTES, Slots.RAM)) {
      tree.findParents(restless).forEach(parent -> ((ObjectNode) parent).remove(restless));
    }
    return tree;
  }

  private static Finding guarded(Timed timed) throws InterruptedException {
    FutureTask<Finding> task = new FutureTask<>(timed.probe()::probe);
    String name = timed.probe().name();
    Thread.ofPlatform().daemon().name("probe-" + name).start(task);
    try {
      return task.get(timed.within().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return Finding.missing(
          name,
          "Expected an answer within %d s, but none came".formatted(timed.within().toSeconds()));
    } catch (ExecutionException e) {
      // Also errors such as a native library that does not load: one probe must not end the node.
      return Finding.missing(name, "Expected to look at it, but: " + e.getCause());
    }
  }
}
