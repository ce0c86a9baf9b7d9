package org.mycoswarm.queue.log.chronicle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.mycoswarm.queue.log.LogCursor;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// The process whose power [PowerCutTest] cuts. It warms up, waits for a line that says which
/// position was acknowledged, opens the log, checks every entry, and then appends, syncs, drops old
/// files and opens again, and prints a position only when it may be acknowledged.
final class AppendsUntilPowerCut {
  private static final int KEPT = 2_000;

  private final Path folder;
  private final Random random;
  private ChronicleEventLog log;

  private AppendsUntilPowerCut(Path folder, Random random, long acknowledged) {
    this.folder = folder;
    this.random = random;
    this.log = open(acknowledged);
  }

  public static void main(String[] arguments) throws IOException {
    Random random = new Random(Long.parseLong(arguments[1]));
    new AppendsUntilPowerCut(Path.of(arguments[2]), random, 0).run(40);
    System.out.println("ready");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String acknowledged = in.readLine();
    if (acknowledged == null) {
      return; // it is not needed any more
    }
    try {
      new AppendsUntilPowerCut(Path.of(arguments[0]), random, Long.parseLong(acknowledged))
          .run(Integer.MAX_VALUE);
    } catch (LogDamaged | LogFailure refused) {
      System.out.println("refused " + refused.getMessage());
    }
  }

  private ChronicleEventLog open(long acknowledged) {
    return ChronicleEventLog.open(
        folder, new LogPosition(acknowledged), AppendsUntilKilled.SETTINGS);
  }

  private void run(int batches) {
    System.out.println("opened %s %s".formatted(log.first(), check()));
    for (int batch = 0; batch < batches; batch++) {
      appendBatch();
      int dice = random.nextInt(40);
      if (dice > 37) {
        log.dropBefore(new LogPosition(Math.max(1, log.durable().value() - KEPT)));
      } else if (dice == 0) {
        long durable = log.durable().value();
        log.close();
        log = open(durable);
      }
    }
    log.close();
  }

  private void appendBatch() {
    long position = log.durable().value();
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      log.append(AppendsUntilKilled.body(++position));
    }
    log.sync();
    System.out.println(position);
  }

  /// @return the last position, when every entry up to there is what it was
  private long check() {
    long position = log.first().value() - 1;
    try (LogCursor cursor = log.read(new LogPosition(position))) {
      for (LogRecord next = cursor.next(); next != null; next = cursor.next()) {
        position++;
        if (next.position().value() != position
            || !Arrays.equals(next.body(), AppendsUntilKilled.body(position))) {
          throw new LogDamaged("Position %d was read as %s".formatted(position, next.position()));
        }
      }
    }
    return position;
  }
}
