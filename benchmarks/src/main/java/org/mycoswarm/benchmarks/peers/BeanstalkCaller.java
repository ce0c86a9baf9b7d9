package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Prepared;

/// One connection to a beanstalkd in its own protocol, over a plain socket: put; reserve and
/// delete.
final class BeanstalkCaller implements Caller {
  private static final int ANSWER_SECONDS = 60;
  private static final String PARK = "reserve-with-timeout 20\r\n";
  private static final String RESERVE = "reserve-with-timeout 0\r\n";

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;
  private final Prepared single;
  private final Prepared bulk;
  private List<String> held = List.of();

  BeanstalkCaller(int port, Prepared single, Prepared bulk) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(ANSWER_SECONDS * 1_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
    this.single = single;
    this.bulk = bulk;
  }

  @Override
  public void submit(int tasks) throws IOException {
    out.write(tasks == 1 ? single.next() : bulk.next());
    for (int i = 0; i < tasks; i++) {
      expect("INSERTED ");
    }
  }

  @Override
  public int work(int batch) throws IOException {
    send(RESERVE.repeat(batch));
    List<String> reserved = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      String answer = line();
      if (!answer.equals("TIMED_OUT")) {
        reserved.add(reserved(answer));
      }
    }
    held = reserved;
    finish();
    return reserved.size();
  }

  @Override
  public void take() throws IOException {
    send(PARK);
    held = List.of(reserved(line()));
  }

  @Override
  public void finish() throws IOException {
    StringBuilder deletes = new StringBuilder();
    for (String id : held) {
      deletes.append("delete ").append(id).append("\r\n");
    }
    send(deletes.toString());
    for (int i = 0; i < held.size(); i++) {
      expect("DELETED");
    }
    held = List.of();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /// `RESERVED id bytes`, then the bytes.
  private String reserved(String answer) throws IOException {
    String[] words = answer.split(" ", -1);
    if (words.length != 3) {
      throw new IOException("Expected a task from beanstalkd, but it answered: " + answer);
    }
    in.skipNBytes(Integer.parseInt(words[2]) + 2L);
    return words[1];
  }

  private void expect(String word) throws IOException {
    String answer = line();
    if (!answer.startsWith(word)) {
      throw new IOException("Expected %s from beanstalkd, but got: %s".formatted(word, answer));
    }
  }

  private void send(String commands) throws IOException {
    out.write(commands.getBytes(US_ASCII));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\r'; next = in.read()) {
      if (next < 0) {
        throw new IOException("Expected an answer, but beanstalkd closed the connection");
      }
      line.append((char) next);
    }
    in.read();
    return line.toString();
  }
}
