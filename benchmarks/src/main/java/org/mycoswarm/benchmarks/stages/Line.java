package org.mycoswarm.benchmarks.stages;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// The WebSocket of a stage, by the same library as a real node's.
///
/// @param incoming what came, an empty message last
record Line(Incoming incoming, WebSocket socket) implements AutoCloseable {
  private static final String PROTOCOL = "mycoswarm.stage.1";

  static Line open(HttpClient http, URI at) {
    Incoming incoming = new Incoming();
    WebSocket socket =
        http.newWebSocketBuilder().subprotocols(PROTOCOL).buildAsync(at, incoming).join();
    return new Line(incoming, socket);
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
    WebSocket _ = socket.sendBinary(message, true).join();
  }

  @Override
  public void close() {
    socket.abort();
  }

  /// Puts the parts of a message together.
  static final class Incoming implements WebSocket.Listener {
    private volatile String why = "it is open";
    final BlockingQueue<ByteBuffer> messages = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      byte[] part = new byte[data.remaining()];
      data.get(part);
      parts.writeBytes(part);
      if (last) {
        messages.add(ByteBuffer.wrap(parts.toByteArray()));
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
