package org.mycoswarm.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FirstRequestDeadlineTest {
  /// It was cut after the deadline, every time, and the stage opened another.
  @Test
  void aConnectionThatBecameAWebSocketIsLeftAlone() throws Exception {
    Server server = new Server();
    ServerWebSocketContainer sockets = ServerWebSocketContainer.ensure(server);
    FirstRequestDeadline deadline =
        new FirstRequestDeadline(
            server.getScheduler(), Duration.ofMillis(200), new Upgrade(sockets));
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.addBean(deadline.listener());
    server.addConnector(connector);
    server.setHandler(deadline);
    server.start();
    Answer answer = new Answer();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI at = URI.create("ws://127.0.0.1:" + connector.getLocalPort() + "/");
      WebSocket line = http.newWebSocketBuilder().buildAsync(at, answer).join();

      try (Socket later = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
        later.setSoTimeout(20_000);
        assertThat(later.getInputStream().read()).as("a silent one is shut out").isEqualTo(-1);
      }

      WebSocket _ = line.sendPing(ByteBuffer.allocate(1)).join();
      assertThat(answer.end.get(20, TimeUnit.SECONDS)).isEqualTo("pong");
      line.abort();
    } finally {
      server.stop();
    }
  }

  private static final class Upgrade extends Handler.Abstract {
    private final ServerWebSocketContainer sockets;

    Upgrade(ServerWebSocketContainer sockets) {
      this.sockets = sockets;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      return sockets.upgrade((_, _, _) -> new Quiet(), request, response, callback);
    }
  }

  /// Answers nothing by itself; pings are answered below it. The library wants it public.
  public static final class Quiet implements Session.Listener.AutoDemanding {}

  private static final class Answer implements WebSocket.Listener {
    final CompletableFuture<String> end = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
      end.complete("pong");
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      end.complete("closed " + code);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      end.complete(String.valueOf(error));
    }
  }
}
