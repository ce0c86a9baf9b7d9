package org.mycoswarm.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Stands before a [ScriptedBroker] and takes the lines of stages, as the real broker does; every
/// other call is passed on. Knows as much of WebSockets as a stage needs.
final class StageDoor implements AutoCloseable {
  private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: *(\\S+)");
  private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int CONTINUED = 0;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  /// The first lines of all requests for a line, with their header fields.
  final List<String> requests = new CopyOnWriteArrayList<>();

  private final ScriptedBroker broker;
  private final ServerSocket door;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private volatile int refusal;

  StageDoor(ScriptedBroker broker) throws IOException {
    this.broker = broker;
    this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /// From now on no line is given, and this is why.
  void refuse(int status) {
    refusal = status;
  }

  /// The next line that a node opens.
  Line line() throws InterruptedException {
    Line line = lines.poll(30, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("Expected a node to open a line within 30 s. " + broker);
    }
    return line;
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket socket = door.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try {
      socket.setTcpNoDelay(true);
      byte[] head = head(socket.getInputStream());
      String text = new String(head, ISO_8859_1);
      if (text.startsWith("GET /api/v1/pipelines/")) {
        requests.add(text);
        upgrade(socket, text);
      } else {
        passOn(socket, head);
      }
    } catch (IOException e) {
      requests.add("broken: " + e);
    }
  }

  private static byte[] head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int one = in.read();
      if (one < 0) {
        throw new EOFException("no whole request");
      }
      head.write(one);
    }
    return head.toByteArray();
  }

  private void upgrade(Socket socket, String request) throws IOException {
    OutputStream out = socket.getOutputStream();
    if (refusal != 0) {
      out.write(
          "HTTP/1.1 %d No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(refusal)
              .getBytes(ISO_8859_1));
      socket.close();
      return;
    }
    Matcher key = KEY.matcher(request);
    if (!key.find()) {
      throw new IOException("Expected a key, but the request has none");
    }
    out.write(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Protocol: mycoswarm.stage.1\r\nSec-WebSocket-Accept: "
                + accept(key.group(1))
                + "\r\n\r\n")
            .getBytes(ISO_8859_1));
    lines.add(new Line(socket));
  }

  private static String accept(String key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SALT).getBytes(ISO_8859_1));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void passOn(Socket socket, byte[] head) throws IOException {
    Socket behind = new Socket(InetAddress.getLoopbackAddress(), broker.port());
    behind.setTcpNoDelay(true);
    // One request a connection: a client would use one again, and we would not see what for.
    String single = new String(head, ISO_8859_1).replaceFirst("\r\n", "\r\nConnection: close\r\n");
    behind.getOutputStream().write(single.getBytes(ISO_8859_1));
    Thread.ofVirtual().start(() -> copy(socket, behind));
    copy(behind, socket);
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side is gone; closing both tells the other.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }

  /// One stage of one node. One thread at a time.
  static final class Line implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Line(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = new DataOutputStream(socket.getOutputStream());
    }

    /// Sends a message in two parts, as a long one comes, and waits for the next.
    ByteBuffer ask(ByteBuffer message) throws IOException {
      byte[] bytes = new byte[message.remaining()];
      message.get(bytes);
      int half = bytes.length / 2;
      send(BINARY, false, bytes, 0, half);
      send(CONTINUED, true, bytes, half, bytes.length - half);
      ByteBuffer answer = next();
      if (answer == null) {
        throw new EOFException("the node closed the line");
      }
      return answer;
    }

    /// @return null when the node closed the line
    @Nullable ByteBuffer next() throws IOException {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      while (true) {
        int first = in.read();
        if (first < 0 || (first & 15) == CLOSE) {
          return null;
        }
        byte[] part = part();
        if ((first & 15) == PING) {
          send(PONG, true, part, 0, part.length);
          continue;
        }
        message.writeBytes(part);
        if ((first & 0x80) != 0) {
          return ByteBuffer.wrap(message.toByteArray());
        }
      }
    }

    private byte[] part() throws IOException {
      long length = in.readUnsignedByte() & 0x7F;
      length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
      byte[] mask = in.readNBytes(4);
      byte[] part = in.readNBytes((int) length);
      for (int i = 0; i < part.length; i++) {
        part[i] ^= mask[i % 4];
      }
      return part;
    }

    private void send(int code, boolean last, byte[] bytes, int from, int length)
        throws IOException {
      out.writeByte(code | (last ? 0x80 : 0));
      if (length < 126) {
        out.writeByte(length);
      } else if (length < 65_536) {
        out.writeByte(126);
        out.writeShort(length);
      } else {
        out.writeByte(127);
        out.writeLong(length);
      }
      out.write(bytes, from, length);
      out.flush();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
