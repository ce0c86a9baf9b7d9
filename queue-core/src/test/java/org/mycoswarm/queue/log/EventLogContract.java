package org.mycoswarm.queue.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every log promises. An adapter's test extends this and says how to open its log.
public abstract class EventLogContract {
  private @Nullable EventLog opened;

  /// Opens the log of this test; a second call opens the same log again.
  protected abstract EventLog open();

  /// Makes the next sync of the log fail.
  protected abstract void breakNextSync();

  /// Ends what [#breakNextSync] began, whether or not a sync has failed since.
  protected abstract void repair();

  /// The largest body this log must take.
  protected abstract int bodyBytesMax();

  @BeforeEach
  void openTheLog() {
    opened = open();
  }

  @AfterEach
  void closeTheLog() {
    repair();
    log().close();
  }

  @Test
  void aNewLogIsEmpty() {
    assertThat(log().durable()).isEqualTo(LogPosition.START);
    assertThat(readAll()).isEmpty();
  }

  @Test
  void positionsAreDenseAndBeginWithOne() {
    assertThat(IntStream.range(0, 5).mapToObj(i -> append("entry " + i).value()))
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void anEntryIsDurableOnlyAfterTheSync() {
    append("a");
    append("b");
    assertThat(log().durable()).isEqualTo(LogPosition.START);

    log().sync();

    assertThat(log().durable()).isEqualTo(new LogPosition(2));
  }

  @Test
  void aCursorSeesNothingUnsyncedAndThenSeesIt() {
    append("a");
    log().sync();
    append("b");
    try (LogCursor cursor = log().read(LogPosition.START)) {
      assertThat(text(cursor.next())).isEqualTo("1 a");
      assertThat(cursor.next()).isNull();

      log().sync();

      assertThat(text(cursor.next())).isEqualTo("2 b");
      assertThat(cursor.next()).isNull();
    }
  }

  @Test
  void aCursorOnAnEmptyLogSeesTheFirstEntryLater() {
    try (LogCursor cursor = log().read(LogPosition.START)) {
      assertThat(cursor.next()).isNull();

      append("first");
      log().sync();

      assertThat(text(cursor.next())).isEqualTo("1 first");
    }
  }

  @Test
  void readingBeginsAfterAnyPosition() {
    for (int i = 1; i <= 100; i++) {
      append("entry " + i);
    }
    log().sync();

    for (long after : List.of(0L, 1L, 50L, 99L)) {
      try (LogCursor cursor = log().read(new LogPosition(after))) {
        assertThat(text(cursor.next())).isEqualTo("%d entry %d".formatted(after + 1, after + 1));
      }
    }
    try (LogCursor cursor = log().read(new LogPosition(100))) {
      assertThat(cursor.next()).isNull();
    }
  }

  @Test
  void anEmptyBodyAndTheLargestBodyComeBackAsTheyWere() {
    byte[] largest = new byte[bodyBytesMax()];
    for (int i = 0; i < largest.length; i++) {
      largest[i] = (byte) (i * 31);
    }
    for (byte[] body : List.of(new byte[0], largest, new byte[] {1}, largest)) {
      log().append(body);
    }
    log().sync();
    reopen();

    try (LogCursor cursor = log().read(LogPosition.START)) {
      assertThat(body(cursor)).isEmpty();
      assertThat(body(cursor)).isEqualTo(largest);
      assertThat(body(cursor)).containsExactly(1);
      assertThat(body(cursor)).isEqualTo(largest);
    }
  }

  @Test
  void openingAgainKeepsWhatWasSyncedAndGoesOnBehindIt() {
    append("a");
    append("b");
    log().sync();
    reopen();
    assertThat(log().durable()).isEqualTo(new LogPosition(2));

    append("c");
    log().sync();
    reopen();

    assertThat(readAll()).containsExactly("1 a", "2 b", "3 c");
  }

  @Test
  void whatWasNotSyncedIsThereWholeOrNotAtAll() {
    append("a");
    log().sync();
    append("b");
    append("c");
    reopen();

    List<String> found = readAll();
    assertThat(List.of("1 a", "2 b", "3 c").subList(0, found.size())).isEqualTo(found);
    assertThat(found).contains("1 a");
    assertThat(log().durable().value()).isEqualTo(found.size());

    append("d");
    log().sync();
    reopen();
    found.add("%d d".formatted(found.size() + 1));
    assertThat(readAll()).isEqualTo(found);
  }

  @Test
  void openingAndClosingWithoutWritingChangesNothing() {
    append("a");
    log().sync();
    for (int i = 0; i < 3; i++) {
      reopen();
    }
    append("b");
    log().sync();

    assertThat(readAll()).containsExactly("1 a", "2 b");
  }

  @Test
  void syncingTwiceIsFine() {
    append("a");
    log().sync();
    log().sync();

    assertThat(log().durable()).isEqualTo(new LogPosition(1));
  }

  @Test
  void closingTwiceIsFine() {
    log().close();
    log().close();

    assertThatThrownBy(() -> append("late"))
        .isInstanceOf(LogFailure.class)
        .hasMessageContaining("closed. Open it again");
  }

  @Test
  void aSecondOpenerIsRefused() {
    append("a");
    log().sync();

    assertThatThrownBy(this::open)
        .isInstanceOf(LogFailure.class)
        .hasMessageContaining("Expected to be the only one who opens the log")
        .hasMessageContaining("it is open already. Nothing was changed");

    append("b");
    log().sync();
    assertThat(readAll()).containsExactly("1 a", "2 b");
  }

  @Test
  void afterAFailedSyncNothingMoreIsTakenUntilTheLogIsOpenedAgain() {
    append("acknowledged");
    log().sync();
    append("in doubt");
    breakNextSync();

    assertThatThrownBy(() -> log().sync())
        .isInstanceOf(LogFailure.class)
        .hasMessageStartingWith("Expected to sync");
    assertThat(log().durable()).isEqualTo(new LogPosition(1));
    assertThatThrownBy(() -> append("more"))
        .isInstanceOf(LogFailure.class)
        .hasMessageContaining("Close it and open it again");
    assertThatThrownBy(() -> log().sync())
        .isInstanceOf(LogFailure.class)
        .hasMessageContaining("cannot be used after a failure");

    repair();
    reopen();
    assertThat(readAll()).contains("1 acknowledged").doesNotContain("3 more");
    append("new");
    log().sync();
  }

  @Test
  void aReaderInAnotherThreadFollowsTheWriter() throws InterruptedException {
    int count = 2_000;
    List<Long> seen = new ArrayList<>();
    Thread reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (LogCursor cursor = log().read(LogPosition.START)) {
                    while (seen.size() < count) {
                      LogRecord next = cursor.next();
                      if (next == null) {
                        LockSupport.parkNanos(100_000);
                      } else {
                        seen.add(next.position().value());
                      }
                    }
                  }
                });
    for (int i = 1; i <= count; i++) {
      append("entry " + i);
      if (i % 100 == 0) {
        log().sync();
      }
    }
    reader.join();

    assertThat(seen).hasSize(count).isSorted().doesNotHaveDuplicates();
    assertThat(seen.getLast()).isEqualTo(count);
  }

  @Test
  void nothingIsDroppedBeforeSomebodySaysSo() {
    assertThat(log().first()).isEqualTo(LogPosition.START.next());

    append("a");
    log().sync();
    log().dropBefore(new LogPosition(1));

    assertThat(log().first()).isEqualTo(LogPosition.START.next());
    assertThat(readAll()).containsExactly("1 a");
  }

  @Test
  void whatLiesBeforeAPositionIsDroppedAndStaysDropped() {
    appendLarge(60);
    LogPosition keepFrom = new LogPosition(50);

    log().dropBefore(keepFrom);

    long first = log().first().value();
    assertThat(first).isBetween(2L, 50L);
    assertRunsFromTo(first, 60);
    reopen();
    assertThat(log().first().value()).isEqualTo(first);
    assertRunsFromTo(first, 60);

    append("new");
    log().sync();
    log().dropBefore(keepFrom);
    assertThat(log().first().value()).isBetween(first, 50L);
    reopen();
    assertThat(log().durable().value()).isEqualTo(61);
  }

  @Test
  void readingWhatWasDroppedIsRefused() {
    appendLarge(60);
    try (LogCursor fromStart = log().read(LogPosition.START)) {
      assertThat(Objects.requireNonNull(fromStart.next()).position().value()).isEqualTo(1);
      log().dropBefore(new LogPosition(60));
      long first = log().first().value();

      String words =
          "begins with position %d: older entries were dropped. Nothing was read; begin with a snapshot of position %d or later."
              .formatted(first, first - 1);
      assertThatThrownBy(() -> log().read(LogPosition.START))
          .isInstanceOf(LogFailure.class)
          .hasMessageStartingWith("Expected to read the log in ")
          .hasMessageContaining(" from position 1 on, but it " + words);
      assertThatThrownBy(() -> log().read(new LogPosition(first - 2)))
          .isInstanceOf(LogFailure.class)
          .hasMessageContaining(words);
      assertThatThrownBy(fromStart::next)
          .isInstanceOf(LogFailure.class)
          .hasMessageContaining(words);
      log().read(new LogPosition(first - 1)).close();
    }
  }

  @Test
  void theLastEntryAlwaysStays() {
    appendLarge(60);

    log().dropBefore(log().durable().next());

    assertThat(log().first().value()).isBetween(2L, 60L);
    reopen();
    assertThat(log().durable().value()).isEqualTo(60);
  }

  @Test
  void onlyWhatIsDurableCanBeDropped() {
    append("a");
    log().sync();
    append("b");

    assertThatThrownBy(() -> log().dropBefore(new LogPosition(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Expected a position up to 2, one after the last durable entry, but it is 3. Nothing"
                + " was dropped.");
  }

  /// Enough for several files of any log.
  private void appendLarge(int count) {
    for (int i = 0; i < count; i++) {
      log().append(new byte[256 << 10]);
    }
    log().sync();
  }

  private void assertRunsFromTo(long first, long last) {
    try (LogCursor cursor = log().read(new LogPosition(first - 1))) {
      for (long position = first; position <= last; position++) {
        assertThat(Objects.requireNonNull(cursor.next()).position().value()).isEqualTo(position);
      }
      assertThat(cursor.next()).isNull();
    }
  }

  protected final EventLog log() {
    return Objects.requireNonNull(opened);
  }

  protected final void reopen() {
    log().close();
    opened = open();
  }

  protected final LogPosition append(String text) {
    return log().append(text.getBytes(StandardCharsets.UTF_8));
  }

  protected final List<String> readAll() {
    return LogTexts.of(log());
  }

  private static byte[] body(LogCursor cursor) {
    return Objects.requireNonNull(cursor.next()).body();
  }

  private static String text(@Nullable LogRecord entry) {
    return LogTexts.of(entry);
  }
}
