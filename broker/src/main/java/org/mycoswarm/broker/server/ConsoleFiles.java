package org.mycoswarm.broker.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.mycoswarm.broker.api.ProblemType;

/// Serves the web page from the class path. Only names of plain letters with a known ending are
/// looked for, so no path leads out of the folder and no folder is ever listed.
final class ConsoleFiles extends Handler.Abstract.NonBlocking {
  private static final String ROOT = "/console/";
  private static final String FOLDER = "META-INF/resources" + ROOT;
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("map", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  @SuppressWarnings("ArrayRecordComponent") // served, never compared
  private record File(byte[] bytes, String type, String tag) {}

  private final Map<String, Optional<File>> files = new ConcurrentHashMap<>();

  /// Whether a path is the page's own. Everything below `/console/` is, also what is not there.
  static boolean serves(String path) {
    return path.equals("/") || path.equals("/console") || path.startsWith(ROOT);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getPath();
    if (!serves(path)) {
      return false;
    }
    String method = request.getMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      ProblemErrors.write(
          request,
          response,
          callback,
          ProblemType.METHOD_NOT_ALLOWED,
          405,
          "Expected one of the methods GET, HEAD at '%s', but it is %s".formatted(path, method));
    } else if (!path.startsWith(ROOT)) {
      Response.sendRedirect(request, response, callback, 302, ROOT, true);
    } else {
      send(path, request, response, callback);
    }
    return true;
  }

  private void send(String path, Request request, Response response, Callback callback) {
    String name = path.equals(ROOT) ? "index.html" : path.substring(ROOT.length());
    Optional<File> found = find(name);
    if (found.isEmpty()) {
      ProblemErrors.write(
          request,
          response,
          callback,
          ProblemType.NOT_FOUND,
          404,
          "Expected a file of the web page, but there is none at '%s'".formatted(path));
      return;
    }
    File file = found.get();
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, file.type());
    headers.put(HttpHeader.ETAG, file.tag());
    // The page changes with the broker: ask each time, get 304 mostly.
    headers.put(HttpHeader.CACHE_CONTROL, "no-cache");
    headers.put(
        "Content-Security-Policy",
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'");
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    if (file.tag().equals(request.getHeaders().get(HttpHeader.IF_NONE_MATCH))) {
      response.setStatus(304);
      response.write(true, null, callback);
      return;
    }
    headers.put(HttpHeader.CONTENT_LENGTH, file.bytes().length);
    boolean head = request.getMethod().equals("HEAD");
    response.write(true, head ? null : ByteBuffer.wrap(file.bytes()), callback);
  }

  private Optional<File> find(String name) {
    String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    URL url = ConsoleFiles.class.getClassLoader().getResource(FOLDER + name);
    // Only what is there is kept, so that asking for names cannot fill the memory.
    return url == null ? Optional.empty() : files.computeIfAbsent(name, _ -> read(url, type));
  }

  private static Optional<File> read(URL url, String type) {
    try (InputStream in = url.openStream()) {
      byte[] bytes = in.readAllBytes();
      return Optional.of(new File(bytes, type, tag(bytes)));
    } catch (IOException e) {
      throw new IllegalStateException("Expected to read %s, but it failed".formatted(url), e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return '"' + HexFormat.of().formatHex(hash, 0, 8) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
