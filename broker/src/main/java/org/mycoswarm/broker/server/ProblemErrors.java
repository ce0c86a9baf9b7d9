package org.mycoswarm.broker.server;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.ProblemType;
import org.mycoswarm.broker.api.Problems;

/// Says what went wrong before a request reached a resource: a malformed request line, headers that
/// are too large, a path in a form that hides what it means.
final class ProblemErrors implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Object thrown = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    Object code = request.getAttribute(ErrorHandler.ERROR_STATUS);
    int status = code instanceof Integer number ? number : response.getStatus();
    write(request, response, callback, ProblemType.of(status), status, detail(status, thrown));
    return true;
  }

  static void write(
      Request request,
      Response response,
      Callback callback,
      ProblemType type,
      int status,
      String detail) {
    String path = request.getHttpURI() == null ? null : request.getHttpURI().getPath();
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.mediaType(path));
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    ByteBuffer body = ByteBuffer.wrap(Problems.json(type, status, detail, path));
    response.write(true, body, callback);
  }

  private static String detail(int status, @Nullable Object thrown) {
    return switch (status) {
      case 414, 431 -> "Expected a request line and headers of at most 16 KiB, but they are larger";
      case 408 -> "Expected the request to arrive without a long pause, but it did not";
      case 503 -> "Expected to answer, but the broker is stopping; ask again when it is back";
      default ->
          status >= 500
              ? "Expected to answer, but something broke in the broker; its log says more"
              : "Expected a well-formed HTTP request, but it is not: " + found(thrown);
    };
  }

  /// Jetty's reason where it speaks of the request, and never the name of a class.
  private static String found(@Nullable Object thrown) {
    return switch (thrown) {
      case HttpException e when e.getReason() != null -> e.getReason();
      case null, default -> "no more is known";
    };
  }
}
