package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.mycoswarm.benchmarks.broker.BrokerContender;
import org.mycoswarm.benchmarks.broker.RunningBroker;
import org.mycoswarm.benchmarks.load.Contender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.peers.Beanstalkd;
import org.mycoswarm.benchmarks.peers.BullMq;
import org.mycoswarm.benchmarks.peers.DbScheduler;
import org.mycoswarm.benchmarks.peers.Installed;
import org.mycoswarm.benchmarks.peers.PostgresSkipLocked;
import org.mycoswarm.benchmarks.peers.RedisStreams;

/// Our broker and every peer that is installed, each with servers and folders of its own, all
/// running at once; those that are not called have nothing to do. Who is not wanted is ended again.
final class Lineup implements AutoCloseable {
  /// Starts one contender in a folder of its own.
  private interface Start {
    Contender in(Path folder) throws Exception;
  }

  private final Path work;
  private final Pattern only;
  private final List<Path> folders = new ArrayList<>();
  private final List<Contender> contenders = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private Lineup(Path work, Pattern only) {
    this.work = work;
    this.only = only;
  }

  static Lineup start(Options options, Path work) throws Exception {
    Lineup lineup = new Lineup(work, options.only());
    try {
      lineup.add(
          "broker",
          home -> new BrokerContender(RunningBroker.start(options.lib(), home, List.of())));
      if (lineup.has("redis-server")) {
        lineup.redis();
        lineup.bullmq(options.bullmq());
      }
      if (lineup.has("initdb")) {
        lineup.add("postgres-1", folder -> PostgresSkipLocked.start(folder, false));
        lineup.add("postgres-2", folder -> PostgresSkipLocked.start(folder, true));
        lineup.add("postgres-3", DbScheduler::start);
      }
      if (lineup.has("beanstalkd")) {
        for (Durability durability : Durability.values()) {
          lineup.add("beanstalkd-" + durability, folder -> Beanstalkd.start(folder, durability));
        }
      }
      return lineup;
    } catch (Exception e) {
      lineup.close();
      throw e;
    }
  }

  List<Contender> contenders() {
    return contenders;
  }

  /// Programs that are not installed here.
  List<String> missing() {
    return missing;
  }

  private void redis() throws Exception {
    for (Durability durability : Durability.values()) {
      add("redis-" + durability, folder -> RedisStreams.start(folder, durability, false));
      add("redis-ack-" + durability, folder -> RedisStreams.start(folder, durability, true));
    }
  }

  private void bullmq(Path installed) throws Exception {
    if (!BullMq.isIn(installed)) {
      missing.add("bullmq");
      return;
    }
    for (Durability durability : Durability.values()) {
      add("bullmq-" + durability, folder -> BullMq.start(folder, durability, installed));
    }
  }

  private boolean has(String program) {
    boolean found = Installed.has(program);
    if (!found) {
      missing.add(program);
    }
    return found;
  }

  private void add(String folder, Start start) throws Exception {
    Path its = work.resolve(folder);
    folders.add(its);
    Contender contender = start.in(its);
    if (only.matcher(contender.name()).find()) {
      contenders.add(contender);
    } else {
      contender.close();
    }
  }

  /// Ends everyone, and deletes what they have written: tens of gigabytes.
  @Override
  public void close() throws IOException {
    for (Contender contender : contenders) {
      contender.close();
    }
    for (Path folder : folders) {
      Folders.delete(folder);
    }
  }
}
