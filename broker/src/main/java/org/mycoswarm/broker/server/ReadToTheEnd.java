package org.mycoswarm.broker.server;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Reads what a call did not want of its request's body, such as the `{}` after a pause, before the
/// request counts as over. Without that, Jetty closes the connection when the last bytes come after
/// the answer, without a word to the client, whose next request on it is lost.
///
/// Larger bodies than this reads, those of an unknown length (sent in chunks, however small), and
/// those that wait to be asked for (`Expect: 100-continue`) are left to Jetty: closing is cheaper.
final class ReadToTheEnd extends Handler.Wrapper {
  private static final int BYTES_MAX = 64 << 10;

  ReadToTheEnd(Handler calls) {
    super(calls);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(
        request, response, isSmall(request) ? reading(request, callback) : callback);
  }

  private static boolean isSmall(Request request) {
    long length = request.getLength();
    return length > 0 && length <= BYTES_MAX && !request.getHeaders().contains(HttpHeader.EXPECT);
  }

  private static Callback reading(Request request, Callback callback) {
    // A body that does not come is Jetty's to judge: it closes the connection then.
    Callback over = Callback.from(callback::succeeded, _ -> callback.succeeded());
    return Callback.from(() -> Content.Source.consumeAll(request, over), callback::failed);
  }
}
