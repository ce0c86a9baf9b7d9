package org.mycoswarm.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/// A long way to the broker: a proxy for TCP that gives every byte on so much later, in either
/// direction, and holds nothing up beside that. Callers connect to [#url]. Thread-safe.
final class LongRoad implements AutoCloseable {
  private static final int LONGEST_BYTES = 1 << 16;

  private final ServerSocket entrance;
  private final int brokerPort;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;

  /// @param due when it is given on, by the clock of [System#nanoTime]
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Part(byte[] bytes, long due) {
    boolean isEnd() {
      return bytes.length == 0;
    }
  }

  LongRoad(int brokerPort) {
    this.brokerPort = brokerPort;
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().name("road").daemon().start(this::serve);
  }

  String url() {
    return "http://127.0.0.1:" + entrance.getLocalPort();
  }

  /// From now on every byte takes so long, one way.
  void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  @Override
  public void close() {
    end(entrance);
    open.forEach(LongRoad::end);
  }

  private void serve() {
    while (!entrance.isClosed()) {
      try {
        Socket caller = entrance.accept();
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
        lead(caller, broker);
        lead(broker, caller);
      } catch (IOException e) {
        return; // closed, or the broker is gone
      }
    }
  }

  private void lead(Socket from, Socket to) throws IOException {
    from.setTcpNoDelay(true);
    open.add(from);
    BlockingQueue<Part> way = new LinkedBlockingQueue<>();
    Thread.ofPlatform().daemon().start(() -> enter(from, way));
    Thread.ofPlatform().daemon().start(() -> leave(way, from, to));
  }

  private void enter(Socket from, BlockingQueue<Part> way) {
    byte[] bytes = new byte[LONGEST_BYTES];
    int read = 1;
    while (read > 0) {
      try {
        InputStream in = from.getInputStream();
        read = in.read(bytes);
      } catch (IOException e) {
        read = -1; // this side is gone: the other hears of it when all that came is delivered
      }
      way.add(new Part(Arrays.copyOf(bytes, Math.max(0, read)), System.nanoTime() + delayNanos));
    }
  }

  private void leave(BlockingQueue<Part> way, Socket from, Socket to) {
    try (from;
        to) {
      for (Part part = way.take(); !part.isEnd(); part = way.take()) {
        for (long left = part.due() - System.nanoTime(); left > 0; ) {
          LockSupport.parkNanos(left);
          left = part.due() - System.nanoTime();
        }
        to.getOutputStream().write(part.bytes());
      }
    } catch (IOException e) {
      end(to); // the other side is gone, and so goes this one
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(from);
    }
  }

  private static void end(AutoCloseable socket) {
    try {
      socket.close();
    } catch (Exception e) {
      throw new IllegalStateException("Expected to close a socket", e);
    }
  }
}
