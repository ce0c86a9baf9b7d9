package org.mycoswarm.benchmarks.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// One kept-alive HTTP/1.1 connection with one call under way, over a plain socket: as lean as the
/// peers' clients are, because client and server share the same cores. Not thread-safe.
final class HttpConnection implements Closeable {
  private static final int ANSWER_SECONDS = 60;
  private static final int REFUSED_MAX = 60;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;

  HttpConnection(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_SECONDS * 1_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /// The bytes of a whole request.
  static byte[] request(String method, String path, byte[] body) {
    byte[] head =
        """
        %s %s HTTP/1.1\r
        Host: 127.0.0.1\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(method, path, body.length)
            .getBytes(ISO_8859_1);
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  /// Sends the request and waits for the whole answer. A broker that has too much to do is asked
  /// again when it says, and that time counts.
  ///
  /// @throws IOException when the answer is an error; with its words
  byte[] call(byte[] request) throws IOException {
    for (int refused = 0; ; refused++) {
      out.write(request);
      String head = head();
      byte[] body = body(head);
      int status = Integer.parseInt(head.substring(9, 12));
      if (status < 300) {
        return body;
      }
      if (status != 429 || refused == REFUSED_MAX) {
        throw new IOException(
            "The broker answered %d: %s".formatted(status, new String(body, UTF_8)));
      }
      pause(head);
    }
  }

  private static void pause(String head) throws IOException {
    int at = head.indexOf("retry-after: ");
    if (at < 0) {
      throw new IOException("Expected to be told when to ask again, but the answer is: " + head);
    }
    try {
      Thread.sleep(
          Duration.ofSeconds(
              Integer.parseInt(head.substring(at + 13).lines().findFirst().orElseThrow())));
    } catch (InterruptedException e) {
      throw new InterruptedIOException("Stopped while the broker had too much to do");
    }
  }

  private String head() throws IOException {
    int searched = start;
    while (true) {
      for (; searched + 3 < end; searched++) {
        if (buffer[searched] == '\r' && buffer[searched + 2] == '\r') {
          String head = new String(buffer, start, searched - start, ISO_8859_1);
          start = searched + 4;
          return head.toLowerCase(Locale.ROOT);
        }
      }
      int before = start;
      more();
      searched -= before - start;
    }
  }

  private byte[] body(String head) throws IOException {
    int length = head.indexOf("content-length: ");
    if (length >= 0) {
      int line = head.indexOf('\r', length);
      String number = head.substring(length + 16, line < 0 ? head.length() : line);
      return take(Integer.parseInt(number.strip()));
    }
    return head.contains("transfer-encoding: chunked") ? chunks() : new byte[0];
  }

  private byte[] chunks() throws IOException {
    byte[] body = new byte[0];
    while (true) {
      int size = Integer.parseInt(line(), 16);
      byte[] chunk = take(size);
      line();
      if (size == 0) {
        return body;
      }
      int length = body.length;
      body = Arrays.copyOf(body, length + size);
      System.arraycopy(chunk, 0, body, length, size);
    }
  }

  private String line() throws IOException {
    int searched = start;
    while (true) {
      for (; searched + 1 < end; searched++) {
        if (buffer[searched] == '\r') {
          String line = new String(buffer, start, searched - start, ISO_8859_1);
          start = searched + 2;
          return line;
        }
      }
      int before = start;
      more();
      searched -= before - start;
    }
  }

  private byte[] take(int bytes) throws IOException {
    while (end - start < bytes) {
      more();
    }
    byte[] taken = Arrays.copyOfRange(buffer, start, start + bytes);
    start += bytes;
    return taken;
  }

  /// Reads what has come, after what was not taken yet, which moves to the front.
  private void more() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, end, buffer.length - end);
    if (read < 0) {
      throw new IOException("Expected an answer, but the broker closed the connection");
    }
    end += read;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
