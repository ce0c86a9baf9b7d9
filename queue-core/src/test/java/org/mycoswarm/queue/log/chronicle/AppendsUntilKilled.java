package org.mycoswarm.queue.log.chronicle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.Random;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogPosition;

/// The process that [KillTest] kills: appends and syncs, and says what it may acknowledge.
final class AppendsUntilKilled {
  /// Files of a few batches, so that a kill also meets the change of files.
  static final LogSettings SETTINGS = new LogSettings(200_000, 1 << 14);

  private AppendsUntilKilled() {}

  static byte[] body(long position) {
    return "entry %d ".formatted(position).repeat((int) (position * 31 % 200)).getBytes(UTF_8);
  }

  public static void main(String[] arguments) {
    Random random = new Random(Long.parseLong(arguments[1]));
    try (EventLog log =
        ChronicleEventLog.open(Path.of(arguments[0]), LogPosition.START, SETTINGS)) {
      long position = log.durable().value();
      System.out.println(position);
      while (true) {
        for (int i = random.nextInt(1, 60); i > 0; i--) {
          log.append(body(++position));
        }
        log.sync();
        System.out.println(position);
      }
    }
  }
}
