package org.mycoswarm.broker.server;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Reads what a call did not want of its request's body, such as the `{}` after a pause, before the
/// request counts as over. Without that, Jetty closes the connection when the last bytes come after
/// the answer, without a word to the client, whose next request on it is lost.
///
/// Of a body that is longer than this reads, or of an unknown length, the answer says `Connection:
/// close` when it goes out before the body was read to its end, so that no client sends another
/// request on it. Bodies that wait to be asked for (`Expect: 100-continue`) are left to Jetty:
/// closing is cheaper.
final class ReadToTheEnd extends Handler.Wrapper {
  /// One JSON body of the usual size, and so the most that one refused call can cost.
  private static final int BYTES_MAX = 1 << 20;

  /// What is read of a body before its connection is closed.
  private static final long LINGER_BYTES_MAX = 32L << 20;

  ReadToTheEnd(Handler calls) {
    super(calls);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    long length = request.getLength();
    if (!hasBody(request, length) || request.getHeaders().contains(HttpHeader.EXPECT)) {
      return super.handle(request, response, callback);
    }
    Watched body = new Watched(request);
    if (length > 0 && length <= BYTES_MAX) {
      return super.handle(body, response, reading(request, callback));
    }
    Callback over = Callback.from(() -> linger(body, LINGER_BYTES_MAX, callback), callback::failed);
    return super.handle(body, new Honest(body, response), over);
  }

  private static boolean hasBody(Request request, long length) {
    return length > 0 || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
  }

  private static Callback reading(Request request, Callback callback) {
    // A body that does not come is Jetty's to judge: it closes the connection then.
    Callback over = Callback.from(callback::succeeded, _ -> callback.succeeded());
    return Callback.from(() -> Content.Source.consumeAll(request, over), callback::failed);
  }

  private static void linger(Watched body, long bytes, Callback callback) {
    long left = bytes;
    while (!body.ended && left > 0) {
      Content.Chunk chunk = body.read();
      if (chunk == null) {
        long rest = left;
        body.demand(() -> linger(body, rest, callback));
        return;
      }
      left -= chunk.remaining();
      chunk.release();
      if (Content.Chunk.isFailure(chunk)) {
        break; // Jetty closes the connection then
      }
    }
    callback.succeeded();
  }

  /// Jersey closes the stream it reads from, by which Jetty counts the body as failed: the answer
  /// would say `Connection: close`, and closing would reset it under a client that still sends.
  private static final class Watched extends Request.Wrapper {
    private volatile boolean ended;

    Watched(Request request) {
      super(request);
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk != null && chunk.isLast()) {
        ended = true;
      }
      return chunk;
    }

    @Override
    public void fail(Throwable failure) {
      // Who wants no more of it leaves the rest to us.
    }

    @Override
    public void fail(Throwable failure, boolean last) {
      // As above.
    }
  }

  private static final class Honest extends Response.Wrapper {
    private final Watched body;

    Honest(Watched body, Response response) {
      super(body, response);
      this.body = body;
    }

    @Override
    public void write(boolean last, ByteBuffer content, Callback callback) {
      if (!isCommitted() && !body.ended) {
        getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
      }
      super.write(last, content, callback);
    }
  }
}
