package org.mycoswarm.broker.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.pipelines.StageConnection;
import org.mycoswarm.broker.pipelines.StageRight;
import org.mycoswarm.broker.pipelines.StageWire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One WebSocket of a node that is a stage.
public final class StageSocket implements Session.Listener.AutoDemanding {
  private static final Logger LOG = LoggerFactory.getLogger(StageSocket.class);

  private final StageRight right;
  private volatile @Nullable StageConnection connection;

  StageSocket(StageRight right) {
    this.right = right;
  }

  @Override
  public void onWebSocketOpen(Session session) {
    StageConnection made = right.connect(new Wire(session));
    if (made == null) {
      session.close(
          StatusCode.NORMAL, "The lease was lost meanwhile; give the stage up", Callback.NOOP);
      return;
    }
    connection = made;
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    // What is read of a frame may be kept for long, and the buffer goes back to its pool.
    ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
    callback.succeed();
    StageConnection mine = connection;
    if (mine != null) {
      mine.received(copy);
    }
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    LOG.debug("The connection of a stage failed", cause);
    lost();
  }

  @Override
  public void onWebSocketClose(int statusCode, @Nullable String reason, Callback callback) {
    lost();
    callback.succeed();
  }

  private void lost() {
    StageConnection mine = connection;
    if (mine != null) {
      mine.lost();
    }
  }

  private record Wire(Session session) implements StageWire {
    @Override
    public void send(ByteBuffer frame) throws IOException {
      Callback.Completable sent = new Callback.Completable();
      session.sendBinary(frame, sent);
      try {
        sent.join();
      } catch (CompletionException e) {
        throw new IOException(String.valueOf(e.getMessage()), e);
      }
    }

    @Override
    public void close(String reason) {
      // A node that stands still reads nothing, and what is to be said queues up behind it.
      CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(session::disconnect);
      session.close(
          StatusCode.NORMAL, cut(reason), Callback.from(() -> {}, _ -> session.disconnect()));
    }

    /// A close frame has room for 123 bytes.
    private static String cut(String reason) {
      return reason.length() <= 120 ? reason : reason.substring(0, 120);
    }
  }
}
