package org.mycoswarm.broker;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mycoswarm.broker.history.OfflineLog;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogFailure;
import picocli.CommandLine;

/// Runs what works on a home while no broker uses it: keeps brokers out for as long, and turns what
/// goes wrong into a sentence and exit code 1.
final class Offline {
  private Offline() {}

  /// What is done with a home.
  @FunctionalInterface
  interface Work {
    int on(BrokerHome home) throws IOException;
  }

  /// What is done with a log.
  @FunctionalInterface
  interface Reading {
    int of(OfflineLog log) throws IOException;
  }

  /// Reads the log of a home that is there.
  static int read(Path home, CommandLine line, Reading reading) {
    if (!Files.isDirectory(home.resolve("log"))) {
      line.getErr()
          .println(
              "Expected a home with a log in '%s', but there is none; nothing was changed. Name another with --home."
                  .formatted(home));
      return 1;
    }
    return withHome(
        home,
        line,
        found -> {
          try (OfflineLog log = new OfflineLog(found.log(), found.snapshots(), Limits.DEFAULT)) {
            return reading.of(log);
          }
        });
  }

  /// @param home made when it is not there
  static int withHome(Path home, CommandLine line, Work work) {
    PrintWriter err = line.getErr();
    try {
      BrokerHome found = new BrokerHome(home);
      Optional<FileChannel> lock = found.tryLock();
      if (lock.isEmpty()) {
        err.println(
            "Expected that no broker uses the home '%s', but one does; nothing was read. Ask it instead, with `--as-of` or `asOf=` about the past and `log verify` about its log, or stop it first."
                .formatted(home));
        return 1;
      }
      try (FileChannel _ = lock.get()) {
        return work.on(found);
      }
    } catch (LogDamaged | LogFailure | IllegalArgumentException e) {
      err.println(BrokerMain.said(e));
      return 1;
    } catch (IOException e) {
      err.println("Expected to use the home '%s', but the disk refused: %s".formatted(home, e));
      return 1;
    }
  }
}
