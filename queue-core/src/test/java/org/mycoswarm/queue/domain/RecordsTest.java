package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.given;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.PutRecord;
import org.mycoswarm.queue.domain.Command.RemoveRecord;
import org.mycoswarm.queue.domain.Event.RecordPut;
import org.mycoswarm.queue.domain.Event.RecordRemoved;

class RecordsTest {
  private static final RecordId NIGHTLY = new RecordId("schedule", "nightly");
  private static final BlobHash BLOB = new BlobHash("0".repeat(64));

  @Test
  void aRecordCountsItsVersions() {
    Scenario queue = given();

    queue.when(put(0L, "1")).then(event(1, "1"));
    queue.when(put(1L, "2")).then(event(2, "2"));
    queue.when(put(null, "3")).then(event(3, "3"));

    assertThat(queue.state().record(NIGHTLY)).contains(version(3, "3"));
    assertThat(queue.state().allRecords()).containsExactly(version(3, "3"));
  }

  @Test
  void whoHasNotSeenTheNewestVersionOverwritesNothing() {
    given(put(null, "1"), put(null, "2"))
        .when(put(1L, "mine"))
        .thenRejected(
            "Expected record 'schedule/nightly' of version 1, but it is of version 2; nothing was"
                + " changed. Read it and decide again");
    given(put(null, "1"))
        .when(put(0L, "mine"))
        .thenRejected(
            "Expected no record 'schedule/nightly', but it is of version 1; nothing was changed."
                + " Read it and decide again");
    given()
        .when(put(7L, "mine"))
        .thenRejected(
            "Expected record 'schedule/nightly' of version 7, but there is none; nothing was"
                + " changed. Read it and decide again");
    given(put(null, "1"))
        .when(new RemoveRecord(NIGHTLY, 2L))
        .thenRejected(
            "Expected record 'schedule/nightly' of version 2, but it is of version 1; nothing was"
                + " changed. Read it and decide again");
  }

  @Test
  void whatSaysTheSameIsNotWrittenDownAgain() {
    given(put(null, "1")).when(put(1L, "1")).then();
    given().when(new RemoveRecord(NIGHTLY, null)).then();
  }

  @Test
  void aRecordThatWasRemovedBeginsAnew() {
    Scenario queue = given(put(null, "1"), put(null, "2"));

    queue.when(new RemoveRecord(NIGHTLY, 2L)).then(new RecordRemoved(NIGHTLY));

    assertThat(queue.state().record(NIGHTLY)).isEmpty();
    assertThat(queue.state().recordBytes()).isZero();
    queue.when(put(0L, "3")).then(event(1, "3"));
  }

  @Test
  void recordsHaveTheirLimits() {
    given(limits(), put(null, "1"), other("a"), other("b"))
        .when(other("c"))
        .thenRejected(
            "Expected room for one more record, but there are 3 of at most 3; remove some that are"
                + " not needed");
    given(limits())
        .when(put(null, "x".repeat(101)))
        .thenRejected(
            "Expected bytes in record 'schedule/nightly' of at most 100, but it is 101; nothing was"
                + " changed");
    given(limits())
        .when(new PutRecord(NIGHTLY, null, "x".repeat(37), List.of(BLOB)))
        .thenRejected(
            "Expected bytes in record 'schedule/nightly' of at most 100, but it is 101; nothing was"
                + " changed");
    given(limits(), put(null, "x".repeat(100)))
        .when(new PutRecord(new RecordId("file", "a"), null, "x".repeat(51), List.of()))
        .thenRejected(
            "Expected bytes in all records of at most 150, but it is 151; nothing was changed");
  }

  @Test
  void aFullShelfStillChangesAndRemoves() {
    given(limits(), put(null, "x".repeat(100)), other("a"), other("b"))
        .and(put(1L, "y"), new RemoveRecord(new RecordId("schedule", "a"), 1L), other("c"));
  }

  @Test
  void aNameThatCouldBeAPathIsNone() {
    assertThatThrownBy(() -> new RecordId("schedule", "../x"))
        .hasMessage(
            "Expected a name of 1 to 200 letters, digits and '.', '_', '-', but it is '../x'");
    assertThatThrownBy(() -> new RecordId("Schedule", "x"))
        .hasMessage("Expected a space of 1 to 20 lower-case letters, but it is 'Schedule'");
  }

  @Test
  void aLogThatLeavesOutAVersionIsNoneOfOurs() {
    QueueState state = new QueueState(Limits.DEFAULT);

    assertThatThrownBy(() -> state.apply(event(2, "1"), Scenario.START))
        .hasMessage(
            "Expected record 'schedule/nightly' to go on from version 0, but the log goes on with"
                + " 2");
    assertThatThrownBy(() -> state.apply(new RecordRemoved(NIGHTLY), Scenario.START))
        .hasMessage(
            "Expected record 'schedule/nightly' to be there, but it was removed before or never"
                + " was");
  }

  private static Limits limits() {
    return new Limits(
        9,
        9,
        9,
        9_999,
        999,
        9,
        5,
        60,
        9,
        9,
        Duration.ofSeconds(5),
        new Limits.Records(3, 100, 150));
  }

  private static PutRecord put(@Nullable Long expected, String json) {
    return new PutRecord(NIGHTLY, expected, json, List.of());
  }

  private static PutRecord other(String name) {
    return new PutRecord(new RecordId("schedule", name), null, "{}", List.of());
  }

  private static RecordPut event(long version, String json) {
    return new RecordPut(version(version, json));
  }

  private static RecordVersion version(long version, String json) {
    return new RecordVersion(NIGHTLY, version, json, List.of());
  }
}
