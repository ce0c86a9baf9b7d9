package org.mycoswarm.benchmarks.stages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.SynchronousQueue;
import org.mycoswarm.benchmarks.load.Spread;

/// What the same bytes take over bare TCP on the same way: from one stage to somebody in the middle
/// who copies them, and on to the next.
public final class RawCopy {
  private RawCopy() {}

  /// @return the median of so many copies, milliseconds
  public static double millis(int bytes, int copies) throws IOException, InterruptedException {
    try (ServerSocket server = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
        Socket toMiddle = connect(server);
        Socket fromFirst = server.accept();
        Socket toSecond = connect(server);
        Socket fromMiddle = server.accept()) {
      fromFirst.setTcpNoDelay(true);
      SynchronousQueue<Long> arrived = new SynchronousQueue<>();
      Thread middle = Thread.ofPlatform().daemon().start(() -> copy(fromFirst, toSecond, bytes));
      Thread second = Thread.ofPlatform().daemon().start(() -> read(fromMiddle, arrived, bytes));
      double[] millis = new double[copies];
      byte[] message = new byte[bytes];
      for (int i = 0; i < copies; i++) {
        long start = System.nanoTime();
        toMiddle.getOutputStream().write(message);
        millis[i] = (arrived.take() - start) / 1e6;
      }
      toMiddle.shutdownOutput();
      middle.join();
      second.join();
      return Spread.of(millis).median();
    }
  }

  private static Socket connect(ServerSocket server) throws IOException {
    Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void copy(Socket from, Socket to, int bytes) {
    try {
      InputStream in = from.getInputStream();
      byte[] message = new byte[bytes];
      while (in.readNBytes(message, 0, bytes) == bytes) {
        to.getOutputStream().write(message);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void read(Socket from, SynchronousQueue<Long> arrived, int bytes) {
    try {
      InputStream in = from.getInputStream();
      byte[] message = new byte[bytes];
      while (in.readNBytes(message, 0, bytes) == bytes) {
        arrived.put(System.nanoTime());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
