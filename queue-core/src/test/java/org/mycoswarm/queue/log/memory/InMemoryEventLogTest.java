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
}
