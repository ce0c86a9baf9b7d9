package org.mycoswarm.benchmarks.stages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The WebSocket of a stage, by the same library as a real node's, made as long as one likes: every
/// message is held for a time, in either direction, and holds no other up.
///
/// @param incoming what came, an empty message last
/// @param way where messages to the broker wait
record Line(Incoming incoming, WebSocket socket, ScheduledExecutorService way, long delayNanos)
    implements AutoCloseable {
  private static final String PROTOCOL = "mycoswarm.stage.1";

  static Line open(HttpClient http, URI at, long delayNanos) {
    Incoming incoming = new Incoming(Executors.newSingleThreadScheduledExecutor(), delayNanos);
    WebSocket socket =
        http.newWebSocketBuilder().subprotocols(PROTOCOL).buildAsync(at, incoming).join();
    return new Line(incoming, socket, Executors.newSingleThreadScheduledExecutor(), delayNanos);
  }

  /// @throws IOException when the broker has closed it
  ByteBuffer take() throws IOException, InterruptedException {
    ByteBuffer message = incoming.messages.take();
    if (!message.hasRemaining()) {
      throw new IOException("Expected calls from the broker, but the line ended: " + incoming.why);
    }
    return message;
  }

  void send(ByteBuffer message) {
    if (delayNanos == 0) {
      WebSocket _ = socket.sendBinary(message, true).join();
      return;
    }
    Future<?> _ =
        way.schedule(
            () -> socket.sendBinary(message, true).join(), delayNanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    way.shutdownNow();
    incoming.way.shutdownNow();
    socket.abort();
  }

  /// Puts the parts of a message together.
  static final class Incoming implements WebSocket.Listener {
    private volatile String why = "it is open";
    final BlockingQueue<ByteBuffer> messages = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final ScheduledExecutorService way;
    private final long delayNanos;

    Incoming(ScheduledExecutorService way, long delayNanos) {
      this.way = way;
      this.delayNanos = delayNanos;
    }

    private void deliver(ByteBuffer message) {
      if (delayNanos == 0) {
        messages.add(message);
        return;
      }
      Future<?> _ = way.schedule(() -> messages.add(message), delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      parts.writeBytes(part);
      if (last) {
        deliver(ByteBuffer.wrap(parts.toByteArray()));
        parts.reset();
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      why = "closed with %d %s".formatted(code, reason);
      messages.add(ByteBuffer.allocate(0));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      why = String.valueOf(error);
      messages.add(ByteBuffer.allocate(0));
    }
  }
}
