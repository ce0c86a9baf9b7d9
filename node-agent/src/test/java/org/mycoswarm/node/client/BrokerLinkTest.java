package org.mycoswarm.node.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.node.ScriptedBroker;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.NodeReport;

class BrokerLinkTest {
  private static final NodeReport REPORT =
      new NodeReport("n1", "here", List.of(), Json.LENIENT.createObjectNode());
  private static final Logger LOGGER = Logger.getLogger(BrokerLink.class.getName());

  private final HttpClient http = BrokerClient.newHttp();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Handler ear = ear(said);

  @BeforeEach
  void listen() {
    LOGGER.addHandler(ear);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(ear);
    http.shutdownNow();
  }

  @Test
  void saysOnceThatTheBrokerIsGoneAndOnceThatItIsBack() throws Exception {
    ScriptedBroker gone = new ScriptedBroker("b1", null);
    BrokerClient first = client(gone);
    gone.close();
    AtomicInteger looked = new AtomicInteger();

    try (ScriptedBroker back = new ScriptedBroker("b1", null);
        BrokerLink link =
            new BrokerLink(first, () -> looked.incrementAndGet() < 4 ? null : client(back))) {
      link.call(broker -> broker.register(REPORT));
      link.call(broker -> broker.register(REPORT));

      assertThat(back.registrations).hasSize(2);
      assertThat(said).hasSize(2);
      assertThat(said.get(0))
          .startsWith("The broker at " + first.address() + " does not answer (")
          .endsWith("); trying until it does");
      assertThat(said.get(1)).isEqualTo("The broker at " + back.url() + " answers again");
    }
  }

  @Test
  void triesOnceWhereTheNextTimeComesSoonEnough() throws Exception {
    ScriptedBroker gone = new ScriptedBroker("b1", null);
    BrokerClient first = client(gone);
    gone.close();

    try (BrokerLink link = new BrokerLink(first, () -> null)) {
      assertThatThrownBy(() -> link.once(broker -> broker.register(REPORT)))
          .isInstanceOf(IOException.class);
      assertThatThrownBy(() -> link.once(broker -> broker.register(REPORT)))
          .hasMessage("the broker is not to be found now");
    }
  }

  @Test
  void aSingleTryIsMadeAgainWhenItsConnectionBroke() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        BrokerLink link = new BrokerLink(client(broker), () -> null)) {
      AtomicInteger tries = new AtomicInteger();

      link.once(
          client -> {
            if (tries.incrementAndGet() == 1) {
              throw new IOException("HTTP/1.1 header parser received no bytes");
            }
            return client.register(REPORT);
          });

      assertThat(broker.registrations).hasSize(1);
    }
  }

  @Test
  void aSingleTryLooksForTheBrokerThatAnEarlierOneLost() throws Exception {
    ScriptedBroker gone = new ScriptedBroker("b1", null);
    BrokerClient first = client(gone);
    gone.close();

    try (ScriptedBroker back = new ScriptedBroker("b1", null);
        BrokerLink link = new BrokerLink(first, () -> client(back))) {
      assertThatThrownBy(() -> link.once(broker -> broker.register(REPORT)))
          .isInstanceOf(IOException.class);

      link.once(broker -> broker.register(REPORT));

      assertThat(back.registrations).hasSize(1);
      assertThat(said.getLast()).isEqualTo("The broker at " + back.url() + " answers again");
    }
  }

  @Test
  void closingEndsACallThatWaits() throws Exception {
    ScriptedBroker gone = new ScriptedBroker("b1", null);
    BrokerClient first = client(gone);
    gone.close();
    BrokerLink link = new BrokerLink(first, () -> null);
    FutureTask<Boolean> waiting =
        new FutureTask<>(
            () -> {
              assertThatThrownBy(() -> link.call(broker -> broker.register(REPORT)))
                  .isInstanceOf(InterruptedException.class);
              return true;
            });
    Thread.ofVirtual().start(waiting);

    link.close();

    assertThat(waiting.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private BrokerClient client(ScriptedBroker broker) {
    return new BrokerClient(http, broker.url(), null);
  }

  private static Handler ear(List<String> said) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        said.add(new SimpleFormatter().formatMessage(record));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
