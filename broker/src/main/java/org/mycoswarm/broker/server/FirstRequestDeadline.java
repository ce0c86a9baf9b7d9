package org.mycoswarm.broker.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes connections that do not bring a whole request's headers in time. An idle timeout does not
/// stop a client that sends one byte of a header a second. What a connection was upgraded to, such
/// as a WebSocket, counts as another connection, and brings no request: it is left alone.
final class FirstRequestDeadline extends Handler.Wrapper {
  private final Scheduler scheduler;
  private final Duration time;
  private final Set<Connection> silent = ConcurrentHashMap.newKeySet();

  FirstRequestDeadline(Scheduler scheduler, Duration time, Handler next) {
    super(next);
    this.scheduler = scheduler;
    this.time = time;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    silent.remove(request.getConnectionMetaData().getConnection());
    return super.handle(request, response, callback);
  }

  /// To be told of every connection.
  Connection.Listener listener() {
    return new Connection.Listener() {
      @Override
      public void onOpened(Connection connection) {
        if (!(connection instanceof Connection.UpgradeFrom)) {
          return; // it speaks no HTTP any more
        }
        silent.add(connection);
        scheduler.schedule(() -> closeIfSilent(connection), time.toMillis(), TimeUnit.MILLISECONDS);
      }

      @Override
      public void onClosed(Connection connection) {
        silent.remove(connection);
      }
    };
  }

  private void closeIfSilent(Connection connection) {
    if (silent.remove(connection)) {
      connection.getEndPoint().close();
    }
  }
}
