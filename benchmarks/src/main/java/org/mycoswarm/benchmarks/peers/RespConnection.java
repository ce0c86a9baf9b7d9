package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection to a Redis in its own protocol, RESP2, over a plain socket. Not thread-safe.
final class RespConnection implements Closeable {
  private static final int ANSWER_SECONDS = 60;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  RespConnection(int port) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_SECONDS * 1_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
  }

  /// The bytes of a command of words.
  static byte[] command(String... words) {
    byte[][] parts = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      parts[i] = words[i].getBytes(US_ASCII);
    }
    return command(parts);
  }

  static byte[] command(byte[]... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("*" + words.length + "\r\n").getBytes(US_ASCII));
    for (byte[] word : words) {
      bytes.writeBytes(("$" + word.length + "\r\n").getBytes(US_ASCII));
      bytes.writeBytes(word);
      bytes.writeBytes(new byte[] {'\r', '\n'});
    }
    return bytes.toByteArray();
  }

  /// Sends one command and waits for its answer.
  ///
  /// @return text, a number, bytes, a list of these, or null for none
  @Nullable Object call(byte[] command) throws IOException {
    send(command);
    return answer();
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /// @throws IOException when Redis answers with an error; with its words
  @Nullable Object answer() throws IOException {
    int type = in.read();
    return switch (type) {
      case '+' -> line();
      case ':' -> Long.valueOf(line());
      case '$' -> bytes(Integer.parseInt(line()));
      case '*' -> list(Integer.parseInt(line()));
      case '-' -> throw new IOException("Redis answered: " + line());
      default -> throw new IOException("Expected an answer of Redis, but got byte " + type);
    };
  }

  private byte @Nullable [] bytes(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length);
    line();
    return bytes;
  }

  private @Nullable List<@Nullable Object> list(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<@Nullable Object> list = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      list.add(answer());
    }
    return list;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      if (next < 0) {
        throw new IOException("Expected an answer, but Redis closed the connection");
      }
      line.append((char) next);
    }
    in.read();
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
