package org.mycoswarm.broker.collections;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mycoswarm.broker.collections.FolderListing.LeftOut;
import org.mycoswarm.broker.collections.RunPlan.Change;
import org.mycoswarm.broker.collections.RunPlan.Planned;
import org.mycoswarm.schema.wire.RunReport.Failure;
import org.mycoswarm.search.DocumentState;

/// What a run does about each difference between folder and index.
class PlannerTest {
  private static final Instant THEN = Instant.parse("2026-11-20T10:00:00Z");
  private static final String A = "a".repeat(64);
  private static final String B = "b".repeat(64);

  @Test
  void whatIsAsBeforeAsksForNothing() {
    RunPlan plan = plan(List.of(indexed("one.txt", A)), List.of(file("one.txt", A)));

    assertThat(changes(plan)).containsExactly("one.txt UNCHANGED");
    assertThat(plan.contents()).isEmpty();
    assertThat(plan.removed()).isEmpty();
  }

  @Test
  void newContentIsReadOnceHoweverManyFilesHaveIt() {
    RunPlan plan = plan(List.of(), List.of(file("one.txt", A), file("two.txt", A)));

    assertThat(changes(plan)).containsExactly("one.txt ADDED", "two.txt ADDED");
    assertThat(plan.contents()).extracting(RunPlan.Content::sha256).containsExactly(A);
  }

  @Test
  void aMovedFileIsNotReadAgainAndIsNotBothGoneAndNew() {
    RunPlan plan = plan(List.of(indexed("old.txt", A)), List.of(file("new.txt", A)));

    assertThat(changes(plan)).containsExactly("new.txt MOVED from old.txt");
    assertThat(plan.contents()).isEmpty();
    assertThat(plan.removed()).containsExactly("old.txt");
  }

  @Test
  void twoCopiesOfAFileThatWentAwayAreOneMoveAndOneNewFile() {
    RunPlan plan =
        plan(List.of(indexed("old.txt", A)), List.of(file("new.txt", A), file("other.txt", A)));

    assertThat(changes(plan))
        .containsExactly("new.txt MOVED from old.txt", "other.txt ADDED from old.txt");
    assertThat(plan.contents()).isEmpty();
  }

  @Test
  void twoFilesThatChangeTheirPlacesAreNotReadAgain() {
    RunPlan plan =
        plan(
            List.of(indexed("one.txt", A), indexed("two.txt", B)),
            List.of(file("one.txt", B), file("two.txt", A)));

    assertThat(changes(plan))
        .containsExactly("one.txt CHANGED from two.txt", "two.txt CHANGED from one.txt");
    assertThat(plan.contents()).isEmpty();
  }

  @Test
  void namesThatDifferByCaseAreTwoFiles() {
    RunPlan plan = plan(List.of(indexed("Read.txt", A)), List.of(file("read.txt", A)));

    assertThat(changes(plan)).containsExactly("read.txt MOVED from Read.txt");
    assertThat(plan.removed()).containsExactly("Read.txt");
  }

  @Test
  void aFileOfWhichOnlyTheTimeIsNewIsTouched() {
    FolderFile later = new FolderFile("one.txt", A, 10, THEN.plusSeconds(60), "1");

    assertThat(changes(plan(List.of(indexed("one.txt", A)), List.of(later))))
        .containsExactly("one.txt TOUCHED");
  }

  @Test
  void contentThatComesBackAfterAFailureLosesItsMark() {
    DocumentState marked = indexed("one.txt", A, "it is broken");

    assertThat(changes(plan(List.of(marked), List.of(file("one.txt", A)))))
        .containsExactly("one.txt TOUCHED");
  }

  @Test
  void whatLiesWhereNobodyCouldLookStays() {
    FolderListing listing =
        new FolderListing(THEN, List.of(), List.of(new LeftOut("locked", "not allowed", true)));

    RunPlan plan =
        planner(List.of(indexed("locked/one.txt", A), indexed("lockedX.txt", B)), Map.of())
            .plan(listing);

    assertThat(plan.removed()).containsExactly("lockedX.txt");
  }

  @Test
  void contentThatNobodyCanReadIsNotTriedAgain() {
    Failure broken = new Failure("parse", "broken", "its end is missing", false, false);
    FolderListing listing =
        new FolderListing(THEN, List.of(file("one.pdf", A), file("two.pdf", A)), List.of());

    RunPlan plan = planner(List.of(indexed("one.pdf", B)), Map.of(A, broken)).plan(listing);

    assertThat(plan.contents()).isEmpty();
    assertThat(plan.files())
        .extracting(file -> file.known() == null ? null : file.known().servesOlder())
        .containsExactly(true, false);
  }

  private static RunPlan plan(List<DocumentState> indexed, List<FolderFile> files) {
    return planner(indexed, Map.of()).plan(new FolderListing(THEN, files, List.of()));
  }

  private static Planner planner(List<DocumentState> indexed, Map<String, Failure> hopeless) {
    return new Planner(indexed, hopeless, Map.of());
  }

  private static List<String> changes(RunPlan plan) {
    return plan.files().stream().map(PlannerTest::change).toList();
  }

  private static String change(Planned planned) {
    String from = planned.from() == null ? "" : " from " + planned.from();
    Change change = planned.change();
    return planned.file().path() + " " + change + from;
  }

  private static FolderFile file(String path, String sha256) {
    return new FolderFile(path, sha256, 10, THEN, "1");
  }

  private static DocumentState indexed(String path, String sha256) {
    return indexed(path, sha256, null);
  }

  private static DocumentState indexed(String path, String sha256, @Nullable String mark) {
    return new DocumentState(path, sha256, "text/plain", null, 10, THEN, null, mark, 1);
  }
}
