package org.mycoswarm.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Stands between a program and the broker and holds every PUT back until it is told to let them
/// pass. So a test can act at one certain moment: the program has begun to upload, and none of its
/// files has arrived.
final class HoldingDoor implements AutoCloseable {
  private final ServerSocket door;
  private final int brokerPort;
  private final CountDownLatch knocked = new CountDownLatch(1);
  private final CountDownLatch open = new CountDownLatch(1);

  HoldingDoor(int brokerPort) {
    this.brokerPort = brokerPort;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::serve);
  }

  String url() {
    return "http://127.0.0.1:" + door.getLocalPort();
  }

  /// Waits for the first PUT.
  void awaitPut() {
    await(knocked);
  }

  void open() {
    open.countDown();
  }

  @Override
  public void close() {
    open();
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
        Thread.ofVirtual().start(() -> carry(client, broker, true));
        Thread.ofVirtual().start(() -> carry(broker, client, false));
      } catch (IOException e) {
        return; // closed, or the broker is gone: the program sees that the connection ends
      }
    }
  }

  /// A request of HTTP/1.1 begins a packet of its own: the one before it has been answered.
  private void carry(Socket from, Socket to, boolean holding) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[1 << 16];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        if (holding && read > 3 && bytes[0] == 'P' && bytes[1] == 'U' && bytes[2] == 'T') {
          knocked.countDown();
          await(open);
        }
        out.write(bytes, 0, read);
      }
    } catch (IOException e) {
      return; // one side has closed, and so does the other
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Expected a PUT at the door within a minute");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
