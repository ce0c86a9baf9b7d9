package org.mycoswarm.broker.server;

import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes sure that an answer is whole or seen to be broken, and that every request ends. Jersey
/// does neither when writing fails after the first bytes: it closes the answer as if nothing was
/// missing, and when the reader is gone it forgets to tell Jetty that the request is over.
final class WholeAnswers extends Handler.Wrapper {
  private static final Logger LOG = LoggerFactory.getLogger(WholeAnswers.class);

  WholeAnswers(Handler jersey) {
    super(jersey);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Once once = new Once(callback);
    boolean handled = super.handle(request, response, once);
    // Our resources answer on the request's own thread, so by now it is over.
    if (handled && !once.isDone()) {
      once.failed(new EofException("The reader went away"));
    }
    return handled;
  }

  private static final class Once implements Callback {
    private final Callback next;
    private final AtomicBoolean done = new AtomicBoolean();

    Once(Callback next) {
      this.next = next;
    }

    boolean isDone() {
      return done.get();
    }

    @Override
    public void succeeded() {
      if (done.compareAndSet(false, true)) {
        next.succeeded();
      }
    }

    @Override
    public void failed(Throwable reason) {
      if (done.compareAndSet(false, true)) {
        next.failed(reason);
      }
    }
  }

  /// Cuts the connection when an answer breaks off, which is the only way to say so by then.
  static final class Cut implements WriterInterceptor {
    private final Provider<Request> request;
    private final Provider<Response> response;

    @Inject
    Cut(Provider<Request> request, Provider<Response> response) {
      this.request = request;
      this.response = response;
    }

    @Override
    public void aroundWriteTo(WriterInterceptorContext context) throws IOException {
      try {
        context.proceed();
      } catch (IOException | RuntimeException e) {
        if (!response.get().isCommitted()) {
          throw e;
        }
        cut(e);
      }
    }

    private void cut(Exception why) {
      Request cut = request.get();
      String path = cut.getHttpURI().getPath();
      if (why instanceof EofException) {
        LOG.debug("The reader of {} {} went away", cut.getMethod(), path);
      } else {
        LOG.error(
            "The answer to {} {} broke off; its reader was cut off", cut.getMethod(), path, why);
      }
      cut.getConnectionMetaData().getConnection().getEndPoint().close();
    }
  }
}
