package org.mycoswarm.broker.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.mycoswarm.broker.api.Failures;
import org.mycoswarm.broker.api.HotCalls;
import org.mycoswarm.broker.api.HotCalls.Asked;
import org.mycoswarm.broker.api.HotCalls.Call;
import org.mycoswarm.broker.api.HotCalls.Reply;
import org.mycoswarm.broker.api.ProblemException;

/// Carries the [HotCalls]. Takes only requests in the form that every client of ours sends: JSON of
/// a known length within the limit, and any or no wish for the answer's type. The rest is left to
/// Jersey, which knows all forms there are and how to refuse them.
final class HotPaths extends Handler.Abstract {
  private static final String JSON = "application/json";
  private static final HttpField TYPE = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, JSON);
  private static final HttpField SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
  private static final HttpField FRESH =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

  private final HotCalls calls;

  HotPaths(HotCalls calls) {
    this.calls = calls;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    if (!isUsual(request)) {
      return false;
    }
    Call call = calls.at(request.getHttpURI().getPath());
    if (call == null) {
      return false;
    }
    try {
      write(call.answer(asked(request)), response, callback);
    } catch (IOException | InterruptedException | RuntimeException e) {
      refuse(e, request, response, callback);
    }
    return true;
  }

  private boolean isUsual(Request request) {
    HttpFields headers = request.getHeaders();
    long length = request.getLength();
    return request.getMethod().equals("POST")
        && length >= 0
        && length <= calls.bytesMax()
        && isJson(headers.get(HttpHeader.CONTENT_TYPE))
        && isContent(headers.get(HttpHeader.ACCEPT))
        && !headers.contains(HttpHeader.EXPECT);
  }

  private static boolean isJson(String type) {
    return type != null && (type.equals(JSON) || type.equalsIgnoreCase(JSON + "; charset=utf-8"));
  }

  private static boolean isContent(String accept) {
    return accept == null || accept.equals("*/*") || accept.equals(JSON);
  }

  private static Asked asked(Request request) throws IOException {
    HttpURI uri = request.getHttpURI();
    return new Asked(
        uri.getScheme() + "://" + uri.getAuthority(),
        request.getHeaders().get("Idempotency-Key"),
        body(request));
  }

  private static byte[] body(Request request) throws IOException {
    byte[] body = new byte[Math.toIntExact(request.getLength())];
    try (InputStream in = Content.Source.asInputStream(request)) {
      if (in.readNBytes(body, 0, body.length) < body.length) {
        throw new EOFException("The request ended before its body did");
      }
    }
    return body;
  }

  private static void write(Reply reply, Response response, Callback callback) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(TYPE);
    headers.put(SNIFF);
    headers.put(FRESH);
    reply.headers().forEach(headers::put);
    headers.put(HttpHeader.CONTENT_LENGTH, reply.body().length);
    response.write(true, ByteBuffer.wrap(reply.body()), callback);
  }

  private static void refuse(Exception e, Request request, Response response, Callback callback) {
    ProblemException problem =
        Failures.problem(e, request.getMethod(), request.getHttpURI().getPath());
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(SNIFF);
    problem.headers().forEach(headers::put);
    ProblemErrors.write(
        request, response, callback, problem.type(), problem.type().status(), problem.detail());
  }
}
