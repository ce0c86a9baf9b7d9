package org.mycoswarm.node.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.node.LogLines;
import org.mycoswarm.node.ScriptedBroker;
import org.mycoswarm.node.ScriptedBroker.Reaction;
import org.mycoswarm.node.client.BrokerClient;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.NodeRegistered;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.ResultReport;

/// The work loop with a broker over real HTTP, and tasks that only wait until they may end.
class WorkLoopTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final NodeReport REPORT =
      new NodeReport("n1", "here", List.of(), Json.LENIENT.createObjectNode());

  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private ScriptedBroker broker;
  private BrokerLink link;

  @BeforeEach
  void start() throws Exception {
    broker = new ScriptedBroker("b1", null);
    BrokerClient client = new BrokerClient(BrokerClient.newHttp(), broker.url(), null);
    link = new BrokerLink(client, () -> client);
  }

  @AfterEach
  void stop() {
    mayEnd.countDown();
    link.close();
    broker.close();
  }

  @Test
  void aReportThatIsRefusedAloneTooBecomesAFailure() throws Exception {
    mayEnd.countDown();
    broker.react(Reaction.REFUSE);
    broker.dislike("task-1-1");
    String lease = broker.task("wait", null, "odd", Map.of(), 30);

    WorkLoop loop = loop();

    ResultReport report = broker.awaitReport(lease);
    assertThat(report.status()).isEqualTo("failed");
    assertThat(report.reason()).isEqualTo("The broker refused the result: Expected another detail");
    assertThat(loop.stop(LONG)).isTrue();
  }

  @Test
  void aReportWhoseAnswerTheStopCutsOffIsMadeWithTheFarewell() throws Exception {
    mayEnd.countDown();
    broker.react(Reaction.REFUSE, Reaction.SILENCE);
    String lease = broker.task("wait", null, "late", Map.of(), 30);
    WorkLoop loop = loop();
    broker.await("the report to be made alone", broker::hasReacted);

    assertThat(loop.stop(LONG)).isTrue();

    assertThat(broker.awaitReport(lease).status()).isEqualTo("completed");
  }

  @Test
  void leasesAreRenewedWhileTheWorkersFinish() throws Exception {
    String lease = broker.task("wait", null, "long", Map.of(), 1);
    WorkLoop loop = loop();
    broker.await("a renewal", () -> broker.renewals.stream().anyMatch(r -> r.contains(lease)));
    FutureTask<Boolean> stopping = new FutureTask<>(() -> loop.stop(LONG));
    Thread.ofVirtual().start(stopping);

    int before = broker.renewals.size();
    broker.await("three more renewals", () -> broker.renewals.size() >= before + 3);
    mayEnd.countDown();

    assertThat(stopping.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(broker.awaitReport(lease).status()).isEqualTo("completed");
  }

  @Test
  void whoStopsHandsBackAtOnceWhatIsNotBegunAndLeavesWithTheRest() throws Exception {
    String running = broker.task("wait", null, "running", Map.of(), 30);
    String unbegun = broker.task("wait", null, "unbegun", Map.of(), 30);
    WorkLoop loop = loop();
    awaitHeld(running, unbegun);

    FutureTask<Boolean> stopping = new FutureTask<>(() -> loop.stop(Duration.ofSeconds(2)));
    Thread.ofVirtual().start(stopping);

    assertThat(broker.awaitReport(unbegun).status()).isEqualTo("released");
    assertThat(stopping.isDone()).isFalse();
    stopping.get(30, TimeUnit.SECONDS);
    assertThat(broker.left).containsExactly(running);
  }

  @Test
  void aNodeThatIsDrainedHandsBackWhatIsNotBegunAndFinishesTheRest() throws Exception {
    String running = broker.task("wait", null, "running", Map.of(), 30);
    String unbegun = broker.task("wait", null, "unbegun", Map.of(), 30);
    WorkLoop loop = loop();
    awaitHeld(running, unbegun);

    broker.mode("draining");

    assertThat(broker.awaitReport(unbegun).status()).isEqualTo("released");
    mayEnd.countDown();
    assertThat(broker.awaitReport(running).status()).isEqualTo("completed");
    String next = broker.task("wait", null, "next", Map.of(), 30);
    broker.mode("active");
    assertThat(broker.awaitReport(next).status()).isEqualTo("completed");
    assertThat(loop.stop(LONG)).isTrue();
    assertThat(broker.left).isEmpty();
  }

  @Test
  void aLeaseThatCannotBeRenewedIsWarnedOfBeforeItExpires() throws Exception {
    try (LogLines said = LogLines.of(LeaseKeeper.class)) {
      broker.goDeaf();
      String lease = broker.task("wait", null, "long", Map.of(), 1);
      WorkLoop loop = loop();

      broker.await("a warning", () -> !said.warnings().isEmpty());

      assertThat(said.warnings().getFirst())
          .startsWith(
              "Expected to renew the lease '%s', but no renewal went well for two thirds of its time; it expires in "
                  .formatted(lease))
          .endsWith(
              " ms unless a renewal succeeds, and then the task runs elsewhere and what is done here is dropped");
      mayEnd.countDown();
      assertThat(broker.awaitReport(lease).status()).isEqualTo("completed");
      assertThat(loop.stop(LONG)).isTrue();
      assertThat(said.warnings()).hasSize(1);
    }
  }

  @Test
  void asksForNoMoreThanItIsToTakeAtATime() throws Exception {
    WorkLoop loop = loop();

    broker.await("a call for work", () -> !broker.costsAsked.isEmpty());

    assertThat(broker.costsAsked).containsExactly(500L);
    assertThat(loop.stop(LONG)).isTrue();
  }

  private void awaitHeld(String... leases) throws InterruptedException {
    broker.await(
        "all to be held",
        () -> broker.renewals.stream().anyMatch(r -> r.containsAll(List.of(leases))));
  }

  private WorkLoop loop() throws Exception {
    NodeRegistered registered = link.call(client -> client.register(REPORT));
    return new WorkLoop(
        "n1",
        link,
        registered,
        () -> registered,
        1,
        2,
        500L,
        () -> new Executors(List.of(new Waiting())),
        () -> new Executors(List.of()),
        e -> {
          throw e;
        });
  }

  private final class Waiting implements TaskExecutor {
    @Override
    public String kind() {
      return "wait";
    }

    @Override
    public TaskResult execute(LeaseGrant task, Wanted wanted) throws InterruptedException {
      mayEnd.await();
      return new TaskResult(Map.of(), List.of(), Map.of(), List.of());
    }
  }
}
