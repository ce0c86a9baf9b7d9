package org.mycoswarm.broker.server;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;
import org.mycoswarm.broker.api.ProblemType;
import org.mycoswarm.broker.pipelines.Pipelines;
import org.mycoswarm.broker.pipelines.StageRight;
import org.mycoswarm.sharding.frame.Frame;

/// Where nodes come to be stages: `GET /api/v1/pipelines/{id}/stages/{number}?lease=LEASE` with an
/// upgrade to WebSocket. Whoever has no right to the stage is refused before the upgrade.
final class StagePaths extends Handler.Abstract {
  static final String PROTOCOL = "mycoswarm.stage.1";

  private static final Pattern PATH =
      Pattern.compile("/api/v1/pipelines/([A-Za-z0-9]{1,40})/stages/([0-9]{1,4})");

  private final Pipelines pipelines;
  private final ServerWebSocketContainer sockets;

  StagePaths(Pipelines pipelines, Server server) {
    this.pipelines = pipelines;
    this.sockets = ServerWebSocketContainer.ensure(server);
    sockets.setMaxBinaryMessageSize(Frame.BYTES_MAX);
    sockets.setMaxFrameSize(Frame.BYTES_MAX);
    sockets.setMaxTextMessageSize(0);
    sockets.setAutoFragment(false);
    // A node that fell silent is found out by its lease.
    sockets.setIdleTimeout(Duration.ZERO);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Matcher path = PATH.matcher(request.getHttpURI().getPath());
    if (!path.matches() || !isUpgrade(request)) {
      return false;
    }
    Fields.Field lease = Request.extractQueryParameters(request).get("lease");
    Optional<StageRight> right =
        pipelines.right(
            path.group(1), Integer.parseInt(path.group(2)), lease == null ? "" : lease.getValue());
    if (right.isEmpty()) {
      String detail =
          "Expected a pipeline that runs, but there is none '%s' (any more); give the stage up"
              .formatted(path.group(1));
      ProblemErrors.write(request, response, callback, ProblemType.NOT_FOUND, 404, detail);
      return true;
    }
    if (!right.get().isHeld()) {
      String detail =
          "Expected in 'lease' the lease of stage %s of this pipeline, but it is not held (any more); give the stage up"
              .formatted(path.group(2));
      ProblemErrors.write(request, response, callback, ProblemType.LEASE_NOT_HELD, 409, detail);
      return true;
    }
    return sockets.upgrade(
        (asked, answer, _) -> {
          if (asked.hasSubProtocol(PROTOCOL)) {
            answer.setAcceptedSubProtocol(PROTOCOL);
          }
          return new StageSocket(right.get());
        },
        request,
        response,
        callback);
  }

  private static boolean isUpgrade(Request request) {
    return request.getHeaders().contains(HttpHeader.UPGRADE, "websocket");
  }
}
