package org.mycoswarm.node.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The line between a node that is a stage and the broker, opened by the node: binary messages in
/// both directions. One thread takes and sends; the library's own bring what comes.
///
/// Bounded: when many messages wait, no more are read, and the sender feels it. Both sides notice a
/// dead line, because the node asks for a sign of life whenever nothing came for a while.
public final class StageConnection implements AutoCloseable {
  /// The broker answers to it that it knows what is spoken here.
  public static final String PROTOCOL = "mycoswarm.stage.1";

  private static final int WAITING_MAX = 32;
  private static final Duration OPEN_TIME = Duration.ofSeconds(5);
  private static final Duration SEND_TIME = Duration.ofSeconds(30);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final int UNANSWERED_MAX = 3;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Incoming incoming;
  private final WebSocket socket;
  private int unanswered;
  private long askedNanos = System.nanoTime();

  private StageConnection(Incoming incoming, WebSocket socket) {
    this.incoming = incoming;
    this.socket = socket;
  }

  /// @param bytesMax of one message
  static StageConnection open(HttpClient http, URI at, @Nullable Token token, int bytesMax)
      throws IOException, InterruptedException, BrokerProblem {
    Incoming incoming = new Incoming(bytesMax);
    WebSocket.Builder builder =
        http.newWebSocketBuilder().subprotocols(PROTOCOL).connectTimeout(OPEN_TIME);
    if (token != null) {
      builder.header("Authorization", "Bearer " + token.secret());
    }
    try {
      return new StageConnection(incoming, await(builder.buildAsync(at, incoming), OPEN_TIME));
    } catch (IOException e) {
      if (e.getCause() instanceof WebSocketHandshakeException refused) {
        int status = refused.getResponse().statusCode();
        throw new BrokerProblem("GET " + at.getPath(), "refused", status, "no line for this stage");
      }
      throw e;
    }
  }

  /// The next message, waited for.
  ///
  /// @return null when none came in this time
  /// @throws IOException when the line is broken or closed
  public @Nullable ByteBuffer take(Duration within) throws IOException, InterruptedException {
    Duration wait = within.compareTo(SILENCE) < 0 ? within : SILENCE;
    ByteBuffer message = incoming.messages.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    boolean over = message == null ? incoming.end.isDone() : !message.hasRemaining();
    if (over) {
      throw new IOException(incoming.end.getNow("an empty message came"));
    }
    if (message != null) {
      incoming.taken(socket);
    } else {
      askForLife();
    }
    return message;
  }

  /// Returns when the message is on its way.
  public void send(ByteBuffer message) throws IOException, InterruptedException {
    await(socket.sendBinary(message, true), SEND_TIME);
  }

  /// This thread may have computed for long; only what stays unanswered counts.
  private void askForLife() throws IOException, InterruptedException {
    long now = System.nanoTime();
    if (now - incoming.heardNanos < SILENCE.toNanos()) {
      unanswered = 0;
    } else if (now - askedNanos >= SILENCE.toNanos()) {
      if (++unanswered > UNANSWERED_MAX) {
        throw new IOException(
            "no sign of life for %d s".formatted((now - incoming.heardNanos) / 1_000_000_000));
      }
      askedNanos = now;
      await(socket.sendPing(NOTHING.duplicate()), SEND_TIME);
    }
  }

  /// Cuts the line, whatever is under way. Twice is fine.
  @Override
  public void close() {
    socket.abort();
    incoming.end("the line is closed");
  }

  private static <T> T await(CompletableFuture<T> future, Duration within)
      throws IOException, InterruptedException {
    try {
      return future.get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      future.cancel(true);
      throw new IOException("not done within " + within.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getMessage(), e.getCause());
    }
  }

  /// Puts the parts of a message together.
  private static final class Incoming implements WebSocket.Listener {
    final BlockingQueue<ByteBuffer> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<String> end = new CompletableFuture<>();
    volatile long heardNanos = System.nanoTime();

    private final AtomicInteger waiting = new AtomicInteger();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private final int bytesMax;

    Incoming(int bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      heardNanos = System.nanoTime();
      if (parts.size() + data.remaining() > bytesMax) {
        socket.abort();
        end("Expected messages of at most %d bytes, but one is longer".formatted(bytesMax));
        return null;
      }
      byte[] part = new byte[data.remaining()];
      data.get(part);
      parts.writeBytes(part);
      boolean room = true;
      if (last) {
        messages.add(ByteBuffer.wrap(parts.toByteArray()));
        parts.reset();
        room = waiting.incrementAndGet() < WAITING_MAX;
      }
      if (room) {
        socket.request(1);
      }
      return null;
    }

    void taken(WebSocket socket) {
      if (waiting.getAndDecrement() == WAITING_MAX) {
        socket.request(1);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer data) {
      heardNanos = System.nanoTime();
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      end("the broker closed the line: %d %s".formatted(code, reason).strip());
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      end(String.valueOf(error));
    }

    void end(String why) {
      end.complete(why);
      // No message is empty: it wakes who waits.
      messages.add(NOTHING);
    }
  }
}
