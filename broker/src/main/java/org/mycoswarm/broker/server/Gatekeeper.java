package org.mycoswarm.broker.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.ProblemType;

/// Decides who may come in, before anything else looks at a request. Two dangers, two checks:
///
/// - A page of some website, open in a browser on this machine or network, calls us (CSRF, DNS
///   rebinding). The `Host` must be a name of ours and the `Origin`, where a browser sends one, the
///   same as it.
/// - Somebody else in the network calls us. With `lan` every call must carry the token.
///
/// Paths are compared as they were sent, undecoded: a path in disguise has no exemption.
final class Gatekeeper extends Handler.Wrapper {
  private static final Pattern EVENT_STREAM =
      Pattern.compile("/api/v1/(events|jobs/[^/;%]+/events)");

  private final HostNames names;
  private final byte @Nullable [] token;

  Gatekeeper(DoorSettings settings, Handler next) {
    super(next);
    this.names = new HostNames(settings.lan(), settings.hostNames());
    this.token = settings.token() == null ? null : settings.token().getBytes(UTF_8);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String host = request.getHeaders().get(HttpHeader.HOST);
    if (host == null || !names.isOurs(host)) {
      return forbidden(request, response, callback, "Host", host);
    }
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
      return forbidden(request, response, callback, "Origin", origin);
    }
    if (token != null && !isOpen(request) && !hasToken(request, token)) {
      return unauthorized(request, response, callback);
    }
    return super.handle(request, response, callback);
  }

  private static boolean isOpen(Request request) {
    String path = request.getHttpURI().getPath();
    return path.equals("/healthz") || path.equals("/api/v1/identity") || ConsoleFiles.serves(path);
  }

  private static boolean hasToken(Request request, byte[] token) {
    String header = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (header != null) {
      return header.regionMatches(true, 0, "Bearer ", 0, 7)
          && same(header.substring(7).strip(), token);
    }
    if (!EVENT_STREAM.matcher(request.getHttpURI().getPath()).matches()) {
      return false;
    }
    Fields.Field field = Request.extractQueryParameters(request).get("access_token");
    return field != null && same(field.getValue(), token);
  }

  /// Takes as long for a token that is nearly right as for any other.
  private static boolean same(String given, byte[] token) {
    return MessageDigest.isEqual(given.getBytes(UTF_8), token);
  }

  private static boolean forbidden(
      Request request,
      Response response,
      Callback callback,
      String header,
      @Nullable String found) {
    String detail =
        "Expected the header %s to name this broker, but it is %s; nothing was done. %s"
            .formatted(
                header,
                found == null ? "absent" : "'" + found + "'",
                "Use 127.0.0.1, localhost, an address of this machine with --lan, or add the name to the broker's host names");
    ProblemErrors.write(request, response, callback, ProblemType.FORBIDDEN, 403, detail);
    return true;
  }

  private static boolean unauthorized(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer realm=\"mycoswarm\"");
    ProblemErrors.write(
        request,
        response,
        callback,
        ProblemType.UNAUTHORIZED,
        401,
        "Expected the header Authorization: Bearer TOKEN with this broker's token, but it is missing or another; nothing was done. `mycoswarm up --lan` prints the join text with it");
    return true;
  }
}
