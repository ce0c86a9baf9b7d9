package org.mycoswarm.queue.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogPosition;

/// Holds our reading of Chronicle's files against Chronicle's own.
class CycleFileTest {
  @SuppressWarnings("NullAway.Init") // set up before each test
  @TempDir
  Path folder;

  @Test
  void weReadTheSameDocumentsAsChroniclesTailer() throws Exception {
    LogOnDisk disk = new LogOnDisk(folder);
    LogSettings someFiles = new LogSettings(400_000, 1 << 10);
    try (EventLog log = ChronicleEventLog.open(folder, LogPosition.START, someFiles)) {
      for (int i = 0; i < 3_000; i++) {
        log.append(new byte[i % 900]);
      }
      log.sync();
    }

    List<byte[]> ours = new ArrayList<>();
    for (Path path : disk.files()) {
      try (CycleFile file = CycleFile.open(path)) {
        for (var next = file.next(); next != null; next = file.next()) {
          ours.add(next.content());
        }
      }
    }

    assertThat(ours).hasSize(3_000);
    assertThat(ours).usingElementComparator(Arrays::compare).isEqualTo(theirs());
  }

  private List<byte[]> theirs() {
    List<byte[]> all = new ArrayList<>();
    try (ChronicleQueue queue =
            SingleChronicleQueueBuilder.binary(folder.resolve("opening-00000001"))
                .rollCycle(RollCycles.FAST_DAILY)
                .readOnly(true)
                .build();
        ExcerptTailer tailer = queue.createTailer()) {
      while (true) {
        try (DocumentContext document = tailer.readingDocument()) {
          if (!document.isPresent()) {
            return all;
          }
          all.add(Objects.requireNonNull(document.wire()).bytes().toByteArray());
        }
      }
    }
  }
}
