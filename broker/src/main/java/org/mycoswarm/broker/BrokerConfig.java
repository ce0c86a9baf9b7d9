package org.mycoswarm.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.mycoswarm.broker.collections.FolderRule;
import org.mycoswarm.broker.upkeep.UpkeepSettings;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.log.files.ReserveSettings;
import org.mycoswarm.schema.wire.StageManifest;

/// Every setting of the broker.
///
/// @param home folder for everything the broker keeps: log, blobs, tables, token, run file
/// @param port to listen on; 0 takes a free one
/// @param lan false: only this machine reaches the broker, and nothing is announced. True: every
///     network interface, announced by multicast DNS, and every call needs the token
/// @param limits what the queue holds and takes at most
/// @param heartbeat how often a node should be heard of; after three times it counts as offline
/// @param leaseTime how long a node may go without renewing a lease, where a task does not say
/// @param tablesWatchdog how long opening the tables may take before the file is set aside
/// @param blobGrace how long an uploaded blob that no job refers to is kept
/// @param blobSweep how often unreferenced blobs are looked for
/// @param reserve how much of the disk is kept free
/// @param upkeep when snapshots are taken, and what of the past is kept
/// @param indexRoots with `lan`, only folders in these are indexed without being uploaded
/// @param stageWire what floats are sent as between the stages of a model: `f16` or `f32`
public record BrokerConfig(
    Path home,
    int port,
    boolean lan,
    Limits limits,
    Duration heartbeat,
    Duration leaseTime,
    Duration tablesWatchdog,
    Duration blobGrace,
    Duration blobSweep,
    ReserveSettings reserve,
    UpkeepSettings upkeep,
    List<Path> indexRoots,
    String stageWire) {
  public static final int DEFAULT_PORT = 6926; // "MYCO" on a telephone's keys

  public BrokerConfig {
    indexRoots = List.copyOf(indexRoots);
    if (!stageWire.equals(StageManifest.HALF) && !stageWire.equals(StageManifest.EXACT)) {
      throw new IllegalArgumentException(
          "Expected f16 or f32 for what stages send each other, but it is '%s'"
              .formatted(stageWire));
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("Expected a port from 0 to 65535, but it is " + port);
    }
    if (leaseTime.toSeconds() < 1 || leaseTime.toSeconds() > limits.leaseSecondsMax()) {
      throw new IllegalArgumentException(
          "Expected a lease time of 1 to %d seconds, but it is %d"
              .formatted(limits.leaseSecondsMax(), leaseTime.toSeconds()));
    }
  }

  public static BrokerConfig at(Path home) {
    return new BrokerConfig(
        home,
        DEFAULT_PORT,
        false,
        Limits.DEFAULT,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        Duration.ofHours(24),
        Duration.ofMinutes(10),
        ReserveSettings.DEFAULT,
        UpkeepSettings.DEFAULT,
        List.of(),
        StageManifest.HALF);
  }

  public BrokerConfig withPort(int port) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  public BrokerConfig withLeaseTime(Duration leaseTime) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  public BrokerConfig withLan(boolean lan) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  public BrokerConfig withReserve(ReserveSettings reserve) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  public BrokerConfig withUpkeep(UpkeepSettings upkeep) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  public BrokerConfig withIndexRoots(List<Path> indexRoots) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  public BrokerConfig withStageWire(String stageWire) {
    return with(port, lan, leaseTime, reserve, upkeep, indexRoots, stageWire);
  }

  /// Which folders of this machine may be indexed.
  FolderRule folders() {
    return new FolderRule(indexRoots, !lan && indexRoots.isEmpty());
  }

  private BrokerConfig with(
      int port,
      boolean lan,
      Duration leaseTime,
      ReserveSettings reserve,
      UpkeepSettings upkeep,
      List<Path> indexRoots,
      String stageWire) {
    return new BrokerConfig(
        home,
        port,
        lan,
        limits,
        heartbeat,
        leaseTime,
        tablesWatchdog,
        blobGrace,
        blobSweep,
        reserve,
        upkeep,
        indexRoots,
        stageWire);
  }
}
