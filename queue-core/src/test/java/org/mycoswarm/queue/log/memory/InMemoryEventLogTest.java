package org.mycoswarm.queue.log.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.EventLogContract;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogTexts;

class InMemoryEventLogTest extends EventLogContract {
  private final InMemoryDisk disk = new InMemoryDisk();

  @Override
  protected EventLog open() {
    return InMemoryEventLog.open(disk);
  }

  @Override
  protected void breakNextSync() {
    disk.failSync(1);
  }

  @Override
  protected void repair() {}

  @Override
  protected int bodyBytesMax() {
    return 1 << 20;
  }

  @Test
  void theChosenAppendFails() {
    disk.failAppend(2);
    append("a");

    assertThatThrownBy(() -> append("b"))
        .isInstanceOf(LogFailure.class)
        .hasMessage("Expected to append, but this append was told to fail");
    assertThatThrownBy(() -> append("c")).hasMessageContaining("Close it and open it again");
  }

  @Test
  void aPowerCutTakesWhatWasNotSynced() {
    InMemoryEventLog log = InMemoryEventLog.create();
    log.append(new byte[] {'a'});
    log.sync();
    log.append(new byte[] {'b'});

    InMemoryEventLog after = log.cutPower();

    assertThat(LogTexts.of(after)).containsExactly("1 a");
    assertThatThrownBy(log::sync).hasMessage("The power of this log was cut. Open it again.");
  }

  @Test
  void aPowerCutMayLeaveTheFirstOfTheUnsynced() {
    InMemoryEventLog log = InMemoryEventLog.create();
    log.append(new byte[] {'a'});
    log.append(new byte[] {'b'});

    log.disk().cutPower(1);

    assertThat(LogTexts.of(InMemoryEventLog.open(log.disk()))).containsExactly("1 a");
  }

  @Test
  void whicheverAppendOrSyncFailsNothingAcknowledgedIsLostInThePowerCutAfterIt() {
    for (int nth = 1; nth <= 20; nth++) {
      for (int surviving = 0; surviving <= 3; surviving++) {
        for (boolean failsInSync : new boolean[] {true, false}) {
          InMemoryDisk failing = new InMemoryDisk();
          if (failsInSync) {
            failing.failSync(nth);
          } else {
            failing.failAppend(nth);
          }

          long acknowledged = appendUntilFailure(failing);
          failing.cutPower(surviving);

          EventLog after = InMemoryEventLog.open(failing);
          assertThat(after.durable().value()).isBetween(acknowledged, acknowledged + surviving);
          assertThat(LogTexts.of(after)).hasSize((int) after.durable().value());
        }
      }
    }
  }

  /// Three entries a sync.
  ///
  /// @return the last position that a sync made durable
  private static long appendUntilFailure(InMemoryDisk disk) {
    EventLog log = InMemoryEventLog.open(disk);
    assertThatThrownBy(
            () -> {
              for (int i = 1; i <= 100; i++) {
                log.append(new byte[] {(byte) i});
                if (i % 3 == 0) {
                  log.sync();
                }
              }
            })
        .isInstanceOf(LogFailure.class);
    return log.durable().value();
  }
}
