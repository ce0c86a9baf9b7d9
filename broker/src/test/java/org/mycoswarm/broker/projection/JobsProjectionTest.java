package org.mycoswarm.broker.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.JobSpec;
import org.mycoswarm.queue.domain.JobSpec.Order;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.Resources;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.domain.TaskSpec.Start;
import org.mycoswarm.queue.domain.Terms;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.JobView.TaskCounts;
import org.mycoswarm.schema.wire.NodeView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.ResourceSlots;
import org.mycoswarm.schema.wire.TaskView;

final class JobsProjectionTest {
  @TempDir Path folder;
  private Tables tables;
  private JobTables jobs;
  private TaskTables tasks;
  private NodeTables nodes;
  private final History history = new History();

  @BeforeEach
  void open() {
    tables = Tables.open(folder, LogPosition.START, Duration.ofSeconds(20));
    jobs = new JobTables(tables, history::now);
    tasks = new TaskTables(tables, history::now);
    nodes =
        new NodeTables(
            tables,
            history::now,
            node -> node.equals(new NodeId("pi")) ? history.now().minusSeconds(5) : null,
            Duration.ofSeconds(15),
            digest -> digest.equals("sha256:aa") ? "minilm" : null);
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void aJobIsShownWithItsCountsItsTotalsAndWhatEachNodeDid() {
    given(
        history
            .node("pi", "chunk", "embed")
            .submit("job", History.task("chunk", "a.txt"), History.task("chunk", "b.txt"))
            .after(Duration.ofSeconds(1))
            .lease("pi", 1)
            .after(Duration.ofSeconds(2))
            .complete(
                "job.0.1",
                "{\"status\":\"chunked\"}",
                List.of(),
                Map.of("files", 1L, "chunks", 7L),
                History.task("embed", "a.txt 0-7")));

    JobView job = jobs.job(new JobId("job")).orElseThrow();

    assertThat(job.state()).isEqualTo("running");
    assertThat(job.kind()).isEqualTo("tasks");
    assertThat(job.submittedAt()).isEqualTo(History.START);
    assertThat(job.finishedAt()).isNull();
    assertThat(job.position()).isEqualTo(4);
    assertThat(job.tasks()).isEqualTo(new TaskCounts(3, 2, 0, 0, 0, 1, 0, 0));
    assertThat(job.totals()).isEqualTo(Map.of("files", 1L, "chunks", 7L));
    assertThat(job.nodes())
        .containsExactly(
            new JobView.NodeShare(
                "pi",
                "pi-name",
                1,
                Map.of("files", 1L, "chunks", 7L),
                History.START.plusSeconds(1),
                History.START.plusSeconds(3)));
    assertThat(jobs.submission(new JobId("job"))).contains(new LogPosition(2));
  }

  @Test
  void aTaskIsShownWithItsAttemptsAndHowEachEnded() {
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a.txt"))
            .lease("pi", 1)
            .release("job.0.1")
            .lease("pi", 1)
            .fail("job.0.2", "disk full", true)
            .after(Duration.ofSeconds(5))
            .lease("pi", 1)
            .expire("job.0.3"));

    TaskView task = tasks.task(TaskId.parse("job.0")).orElseThrow();

    assertThat(task.state()).isEqualTo("buried");
    assertThat(task.reason()).contains("was not heard of for 30 s");
    assertThat(task.attempts())
        .extracting(TaskView.AttemptView::state)
        .containsExactly("released", "failed", "expired");
    assertThat(task.attempts().get(1).reason()).isEqualTo("disk full");
    assertThat(task.attempts().get(1).nodeName()).isEqualTo("pi-name");
    JobView job = jobs.job(new JobId("job")).orElseThrow();
    assertThat(job.state()).isEqualTo("failed");
    assertThat(job.finishedAt()).isEqualTo(history.now());
    assertThat(job.tasks()).isEqualTo(new TaskCounts(1, 0, 0, 0, 0, 0, 1, 0));
  }

  @Test
  void aTaskThatWaitsForItsNextAttemptIsReadyOnceItsTimeHasCome() {
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a.txt"))
            .lease("pi", 1)
            .fail("job.0.1", "busy", true));

    TaskView before = tasks.task(TaskId.parse("job.0")).orElseThrow();
    TaskCounts countsBefore = jobs.job(new JobId("job")).orElseThrow().tasks();
    history.after(Duration.ofSeconds(10));
    TaskView after = tasks.task(TaskId.parse("job.0")).orElseThrow();

    assertThat(before.state()).isEqualTo("waiting");
    assertThat(before.waitingUntil()).isAfter(History.START);
    assertThat(countsBefore).isEqualTo(new TaskCounts(1, 0, 1, 0, 0, 0, 0, 0));
    assertThat(after.state()).isEqualTo("ready");
    assertThat(after.waitingUntil()).isNull();
    assertThat(jobs.job(new JobId("job")).orElseThrow().tasks())
        .isEqualTo(new TaskCounts(1, 1, 0, 0, 0, 0, 0, 0));
    assertThat(page("ready", null)).containsExactly("job.0");
    assertThat(page("waiting", null)).isEmpty();
  }

  @Test
  void cancellingAJobCancelsItsOpenTasksAndTheirRunningAttempts() {
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a"), History.task("chunk", "b"))
            .lease("pi", 1)
            .complete("job.0.1")
            .lease("pi", 1)
            .cancel("job"));

    JobView job = jobs.job(new JobId("job")).orElseThrow();

    assertThat(job.state()).isEqualTo("cancelled");
    assertThat(job.tasks()).isEqualTo(new TaskCounts(2, 0, 0, 0, 0, 1, 0, 1));
    TaskView cancelled = tasks.task(TaskId.parse("job.1")).orElseThrow();
    assertThat(cancelled.state()).isEqualTo("cancelled");
    assertThat(cancelled.attempts().getFirst().state()).isEqualTo("cancelled");
    assertThat(nodes.node(new NodeId("pi")).orElseThrow().leases()).isEmpty();
  }

  @Test
  void aJobWithoutTasksHasSucceededAtOnce() {
    given(history.submit("job"));

    assertThat(jobs.job(new JobId("job")).orElseThrow().state()).isEqualTo("succeeded");
  }

  @Test
  void jobsComeNewestFirstInPagesAndByState() {
    given(
        history
            .submit("one", History.task("chunk", "a"))
            .submit("two")
            .submit("three", History.task("chunk", "a")));

    Page<JobView> first = jobs.jobs(null, null, null, 2, null);
    Page<JobView> second = jobs.jobs(null, null, null, 2, first.next());

    assertThat(first.items()).extracting(JobView::job).containsExactly("three", "two");
    assertThat(second.items()).extracting(JobView::job).containsExactly("one");
    assertThat(second.next()).isNull();
    assertThat(jobs.jobs("succeeded", null, null, 50, null).items())
        .extracting(JobView::job)
        .containsExactly("two");
  }

  @Test
  void tasksComeInTheOrderOfTheirNumbersInPagesAndByKind() {
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a"), History.task("embed", "b"))
            .submit("other", History.task("chunk", "z")));

    Page<TaskView> first = tasks.tasks(new JobId("job"), null, null, 1, null);
    Page<TaskView> second = tasks.tasks(new JobId("job"), null, null, 1, first.next());

    assertThat(first.items()).extracting(TaskView::task).containsExactly("job.0");
    assertThat(second.items()).extracting(TaskView::task).containsExactly("job.1");
    assertThat(second.next()).isNull();
    assertThat(page(null, "embed")).containsExactly("job.1");
    assertThat(page("ready", "chunk")).containsExactly("job.0");
    assertThat(page("buried", null)).isEmpty();
  }

  @Test
  void aTaskThatComesAfterAnotherIsBlockedUntilThatHasSucceeded() {
    TaskSpec second = started(History.task("chunk", "b"), null, List.of(0), false);
    TaskSpec last = started(History.task("chunk", "z"), null, List.of(), true);
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a"), second, last)
            .lease("pi", 5));

    TaskCounts before = jobs.job(new JobId("job")).orElseThrow().tasks();
    List<String> blocked = page("blocked", null);
    given(history.complete("job.0.1"));
    List<String> ready = page("ready", null);
    given(history.lease("pi", 5).complete("job.1.1"));

    assertThat(before).isEqualTo(new TaskCounts(3, 0, 0, 2, 1, 0, 0, 0));
    assertThat(blocked).containsExactly("job.1", "job.2");
    assertThat(tasks.task(TaskId.parse("job.1")).orElseThrow().after()).containsExactly(0);
    assertThat(tasks.task(TaskId.parse("job.2")).orElseThrow().last()).isTrue();
    assertThat(ready).containsExactly("job.1");
    assertThat(page("ready", null)).containsExactly("job.2");
  }

  @Test
  void aTaskWhoseStartWasPutOffWaitsUntilThen() {
    Instant noon = History.START.plusSeconds(60);
    given(history.submit("job", started(History.task("chunk", "a"), noon, List.of(), false)));

    TaskView waiting = tasks.task(TaskId.parse("job.0")).orElseThrow();
    history.after(Duration.ofSeconds(60));

    assertThat(waiting.state()).isEqualTo("waiting");
    assertThat(waiting.waitingUntil()).isEqualTo(noon);
    assertThat(tasks.task(TaskId.parse("job.0")).orElseThrow().state()).isEqualTo("ready");
  }

  @Test
  void aLeasedTaskWhoseDeadlinePassesIsBuriedWithItsAttempt() {
    TaskSpec plain = History.task("chunk", "a");
    Terms hasty =
        new Terms(
            plain.requirement(),
            plain.retry(),
            plain.leaseTime(),
            "example.org",
            700,
            History.START.plusSeconds(5));
    TaskSpec task = new TaskSpec(hasty, "a", null, "{}", List.of(), Start.AT_ONCE);
    given(
        history
            .node("pi", "chunk")
            .submit("job", task)
            .lease("pi", 1)
            .after(Duration.ofSeconds(6))
            .when(new Command.PassTime()));

    TaskView view = tasks.task(TaskId.parse("job.0")).orElseThrow();

    assertThat(view.state()).isEqualTo("buried");
    assertThat(view.reason()).isEqualTo("its deadline passed");
    assertThat(view.cost()).isEqualTo(700);
    assertThat(view.limitKey()).isEqualTo("example.org");
    assertThat(view.deadlineAt()).isEqualTo(History.START.plusSeconds(5));
    assertThat(view.attempts().getFirst().state()).isEqualTo("buried");
    assertThat(view.attempts().getFirst().reason()).isEqualTo("its deadline passed");
    assertThat(view.attempts().getFirst().endedAt()).isEqualTo(history.now());
    assertThat(nodes.node(new NodeId("pi")).orElseThrow().leases()).isEmpty();
  }

  @Test
  void aPinnedTaskIsShownWithItsNode() {
    TaskSpec plain = History.task("chunk", "a");
    Requirement only = new Requirement("chunk", null, Resources.NONE, new NodeId("attic"));
    Terms terms = new Terms(only, plain.retry(), plain.leaseTime(), null, 1, null);
    TaskSpec pinned = new TaskSpec(terms, "a", null, "{}", List.of(), Start.AT_ONCE);
    given(history.submit("job", pinned, plain));

    assertThat(tasks.task(TaskId.parse("job.0")).orElseThrow().node()).isEqualTo("attic");
    assertThat(tasks.task(TaskId.parse("job.1")).orElseThrow().node()).isNull();
  }

  @Test
  void aJobThatToleratesNoFailureIsShownAsFailedWithItsReason() {
    given(
        history
            .node("pi", "chunk")
            .submit(
                "job",
                new JobSpec("j", "tasks", "{}", List.of(), null, new Order("ada", 9, 0, null)),
                List.of(History.task("chunk", "a"), History.task("chunk", "b")))
            .lease("pi", 1)
            .fail("job.0.1", "no luck", false));

    JobView job = jobs.job(new JobId("job")).orElseThrow();

    assertThat(job.state()).isEqualTo("failed");
    assertThat(job.reason()).isEqualTo("1 of its 2 tasks are buried, and it tolerates 0 %");
    assertThat(job.submitter()).isEqualTo("ada");
    assertThat(job.priority()).isEqualTo(9);
    assertThat(job.tasks()).isEqualTo(new TaskCounts(2, 0, 0, 0, 0, 0, 1, 1));
  }

  @Test
  void aJobThatIsPausedSaysSoUntilItIsResumed() {
    given(history.submit("job", History.task("chunk", "a")).when(new PauseJob(new JobId("job"))));
    boolean paused = jobs.job(new JobId("job")).orElseThrow().paused();
    given(history.when(new Command.ResumeJob(new JobId("job"))));

    assertThat(paused).isTrue();
    assertThat(jobs.job(new JobId("job")).orElseThrow().paused()).isFalse();
  }

  @Test
  void aRevivedTaskIsReadyAndItsJobRunsAgain() {
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a"))
            .lease("pi", 1)
            .fail("job.0.1", "no luck", false));
    String before = jobs.job(new JobId("job")).orElseThrow().state();
    given(history.when(new Command.ReviveTasks(new JobId("job"), List.of(0))));

    JobView job = jobs.job(new JobId("job")).orElseThrow();

    assertThat(before).isEqualTo("failed");
    assertThat(job.state()).isEqualTo("running");
    assertThat(job.finishedAt()).isNull();
    assertThat(job.tasks()).isEqualTo(new TaskCounts(1, 1, 0, 0, 0, 0, 0, 0));
    TaskView task = tasks.task(TaskId.parse("job.0")).orElseThrow();
    assertThat(task.reason()).isNull();
    assertThat(task.attempts()).hasSize(1);
  }

  @Test
  void aLateReportIsSeenAtItsAttempt() {
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a"))
            .lease("pi", 1)
            .expire("job.0.1")
            .complete("job.0.1"));

    TaskView task = tasks.task(TaskId.parse("job.0")).orElseThrow();

    assertThat(task.state()).isEqualTo("ready");
    assertThat(task.attempts().getFirst().state()).isEqualTo("expired");
    assertThat(task.attempts().getFirst().late()).isTrue();
  }

  @Test
  void aForgottenJobLeavesNothingBehind() {
    BlobHash blob = new BlobHash("a".repeat(64));
    given(
        history
            .node("pi", "chunk")
            .submit("job", History.task("chunk", "a", "{}", blob))
            .lease("pi", 1)
            .complete("job.0.1", "{}", List.of(), Map.of("files", 1L))
            .when(new Command.ForgetJobs(List.of(new JobId("job")))));

    Map<String, List<String>> rows = TableDump.of(tables);

    rows.keySet().removeAll(Set.of("nodes", "projection"));
    assertThat(rows.values()).allMatch(List::isEmpty);
    assertThat(new BlobTables(tables).isReferredTo(blob, history.position())).isFalse();
  }

  @Test
  void aNodeKeepsItsModeWhenItRegistersAnew() {
    Resources slots = new Resources(8, 16_000, 0);
    given(
        history
            .node("pi", "chunk")
            .when(new Command.SetNodeMode(new NodeId("pi"), NodeMode.DRAINING))
            .when(
                new Command.RegisterNode(
                    new NodeId("pi"),
                    new NodeProfile("pi", List.of(), slots, List.of("ada"), "{}"))));

    NodeView node = nodes.node(new NodeId("pi")).orElseThrow();

    assertThat(node.mode()).isEqualTo("draining");
    assertThat(node.resources()).isEqualTo(new ResourceSlots(8, 16_000L, 0L));
    assertThat(node.submitters()).containsExactly("ada");
  }

  @Test
  void theJobsOfOneBatchAreFoundByIt() {
    given(
        history
            .submit(
                "one", new JobSpec("a", "tasks", "{\"batch\":\"b1\"}", List.of(), null), List.of())
            .submit("two", new JobSpec("b", "tasks", "{}", List.of(), null), List.of()));

    assertThat(jobs.jobs(null, "b1", null, 50, null).items())
        .extracting(JobView::job)
        .containsExactly("one");
  }

  @Test
  void queriesAreListedWhenTheyAreAskedForAndKeptForMinutesOnly() {
    given(
        history
            .submit("query", new JobSpec("query", "query", "{}", List.of(), null), List.of())
            .submit("one"));
    HistoryTables ends = new HistoryTables(tables);
    Instant later = History.START.plus(Duration.ofHours(1));

    assertThat(jobs.jobs(null, null, null, 50, null).items())
        .extracting(JobView::job)
        .containsExactly("one");
    assertThat(jobs.jobs(null, null, "query", 50, null).items())
        .extracting(JobView::job)
        .containsExactly("query");
    assertThat(ends.queriesEndedBefore(later, 9)).containsExactly(new JobId("query"));
    assertThat(ends.queriesEndedBefore(History.START, 9)).isEmpty();
  }

  private static TaskSpec started(
      TaskSpec task, @Nullable Instant notBefore, List<Integer> after, boolean last) {
    return new TaskSpec(
        task.terms(),
        task.label(),
        null,
        task.payload(),
        task.blobs(),
        new Start(notBefore, after, last));
  }

  @Test
  void onlyPayloadsThatSomebodyReadsAreKept() {
    given(
        history.submit(
            "job",
            History.task("dig", "a", "{\"deep\":1}"),
            History.task("embed", "b", "{\"chunks\":1}"),
            History.task("chunk", "c", "{\"file\":1}")));

    assertThat(new ResultTables(tables).payloads(new JobId("job")))
        .containsExactly("", "{\"chunks\":1}", "{\"file\":1}");
  }

  @Test
  void aNodeIsShownWithWhatItLeasesNow() {
    given(
        history
            .node("pi", "chunk", "embed")
            .node("zero", "chunk")
            .submit("job", History.task("chunk", "a.txt"))
            .lease("pi", 1));

    List<NodeView> all = nodes.nodes(50, null).items();

    assertThat(all).extracting(NodeView::node).containsExactly("pi", "zero");
    assertThat(all).extracting(NodeView::state).containsExactly("online", "offline");
    NodeView pi = all.getFirst();
    assertThat(pi.leases())
        .containsExactly(new NodeView.LeaseView("job.0.1", "chunk", "a.txt", History.START));
    assertThat(pi.detail().path("cpu").asText()).isEqualTo("old");
    assertThat(pi.capabilities().getLast().modelName()).isEqualTo("minilm");
    assertThat(pi.capabilities().getLast().unit()).isEqualTo("tokens");
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertThat(jobs.job(new JobId("none"))).isEmpty();
    assertThat(jobs.submission(new JobId("none"))).isEmpty();
    assertThat(tasks.task(TaskId.parse("none.0"))).isEmpty();
    assertThat(tasks.tasks(new JobId("none"), null, null, 50, null).items()).isEmpty();
    assertThat(nodes.node(new NodeId("none"))).isEmpty();
  }

  @Test
  void aQuestionThatCannotBeAskedIsRefusedInWords() {
    assertThatThrownBy(() -> jobs.jobs("sleeping", null, null, 50, null))
        .hasMessage(
            "Expected a state out of running, succeeded, succeeded-with-failures, failed, cancelled,"
                + " but it is 'sleeping'");
    assertThatThrownBy(() -> jobs.jobs(null, null, null, 501, null))
        .hasMessage("Expected a limit of 1 to 500, but it is 501");
    assertThatThrownBy(() -> jobs.jobs(null, null, null, 50, "x'--"))
        .hasMessage(
            "Expected a cursor from the 'next' of an earlier page, but it is 'x'--'; leave it out to"
                + " start at the first page");
  }

  private List<String> page(@Nullable String state, @Nullable String kind) {
    return tasks.tasks(new JobId("job"), state, kind, 50, null).items().stream()
        .map(TaskView::task)
        .toList();
  }

  private void given(History history) {
    new Projection(tables).apply(history.entries(), _ -> {});
  }
}
