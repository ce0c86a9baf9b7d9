package org.mycoswarm.broker.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.RecordId;
import org.mycoswarm.queue.domain.RecordVersion;
import org.mycoswarm.queue.domain.Rejection;

class RecordsTest {
  private static final BlobHash REPORT = new BlobHash("a".repeat(64));
  private static final BlobHash OTHER = new BlobHash("b".repeat(64));

  private final LiveRecords live = new LiveRecords();

  @AfterEach
  void close() {
    live.close();
  }

  @Test
  void whatWasPutIsThereAfterAKill() {
    live.records().put("schedule", "nightly", "{}", 0L, List.of(REPORT));
    live.records().put("schedule", "nightly", "[1]", 1L, List.of(REPORT));
    live.records().put("schedule", "a", "{}", null, List.of());
    live.records().put("collection", "notes", "{}", null, List.of());
    live.records().remove("collection", "notes", 1L);

    Records records = live.restart();

    assertThat(records.all("schedule"))
        .containsExactly(
            version("a", 1, "{}"),
            new RecordVersion(new RecordId("schedule", "nightly"), 2, "[1]", List.of(REPORT)));
    assertThat(records.get("schedule", "a")).contains(version("a", 1, "{}"));
    assertThat(records.get("collection", "notes")).isEmpty();
    assertThat(records.isNamed(REPORT)).isTrue();
  }

  @Test
  void puttingSaysWhatIsThereNow() {
    Records records = live.records();

    assertThat(records.put("schedule", "n", "{}", null, List.of()))
        .isEqualTo(version("n", 1, "{}"));
    assertThat(records.put("schedule", "n", "{}", null, List.of()))
        .isEqualTo(version("n", 1, "{}"));
    assertThat(records.put("schedule", "n", "[]", null, List.of()))
        .isEqualTo(version("n", 2, "[]"));
  }

  @Test
  void whoWasSlowerIsRefused() {
    live.records().put("schedule", "n", "{}", null, List.of());

    assertThatThrownBy(() -> live.records().put("schedule", "n", "[]", 0L, List.of()))
        .isInstanceOfSatisfying(
            RecordRefused.class,
            refused ->
                assertThat(refused.why())
                    .isEqualTo(new Rejection.RecordChanged(new RecordId("schedule", "n"), 0, 1)))
        .hasMessage(
            "Expected no record 'schedule/n', but it is of version 1; nothing was changed. Read it"
                + " and decide again");
    assertThatThrownBy(() -> live.records().remove("schedule", "n", 4L))
        .isInstanceOf(RecordRefused.class);
  }

  @Test
  void aBlobIsNamedUntilTheLastRecordLetsItGo() {
    Records records = live.records();
    records.put("file", "a", "{}", null, List.of(REPORT, OTHER));
    records.put("file", "b", "{}", null, List.of(REPORT));

    records.put("file", "a", "{}", null, List.of(OTHER));
    assertThat(records.isNamed(REPORT)).isTrue();
    records.remove("file", "b", null);
    assertThat(records.isNamed(REPORT)).isFalse();
    assertThat(records.isNamed(OTHER)).isTrue();
    records.remove("file", "a", null);
    assertThat(records.isNamed(OTHER)).isFalse();
  }

  @Test
  void changesOfASpaceAreHeardOfBeforeTheAnswer() {
    List<RecordId> changed = new CopyOnWriteArrayList<>();
    live.records().onChange("schedule", changed::add);

    live.records().put("schedule", "n", "{}", null, List.of());
    live.records().put("file", "n", "{}", null, List.of());
    live.records().remove("schedule", "n", null);

    RecordId id = new RecordId("schedule", "n");
    assertThat(changed).containsExactly(id, id);
  }

  private static RecordVersion version(String name, long version, String json) {
    return new RecordVersion(new RecordId("schedule", name), version, json, List.of());
  }
}
