package org.mycoswarm.dist;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/// A bad way to the broker: a proxy for TCP that treats each connection in one of several ways, by
/// dice. Callers connect to [#url]. Thread-safe.
///
/// Resets are placed where they hurt: the request has arrived whole, was decided and is on disk,
/// and its answer never comes, or comes in half.
final class SlowRoad implements AutoCloseable {
  private static final long DELAY_NANOS_MAX = Duration.ofMillis(300).toNanos();

  /// What a connection carries before it is reset: the next one gets another weather.
  private static final int LONGEST_BYTES = 40_000;

  private static final long TRICKLE_NANOS = Duration.ofMillis(1).toNanos();

  private enum Weather {
    CLEAR,
    /// Each packet waits, in either direction.
    DELAY,
    /// Three bytes a millisecond, in either direction.
    TRICKLE,
    /// Reset after some bytes of requests.
    NO_REQUEST,
    /// Reset after some bytes of answers, or none.
    NO_ANSWER
  }

  private final ServerSocket entrance;
  private final int brokerPort;
  private final RandomGenerator dice;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger resets = new AtomicInteger();
  private volatile boolean clear;

  /// @param dice may be shared by threads
  SlowRoad(int brokerPort, RandomGenerator dice) {
    this.brokerPort = brokerPort;
    this.dice = dice;
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

  /// How many connections it has reset.
  int resets() {
    return resets.get();
  }

  /// From now on the road is good.
  void clear() {
    clear = true;
    open.forEach(SlowRoad::reset);
  }

  @Override
  public void close() {
    try {
      entrance.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.forEach(SlowRoad::reset);
  }

  private void serve() {
    while (!entrance.isClosed()) {
      try {
        Socket caller = entrance.accept();
        Thread.ofPlatform().daemon().start(() -> lead(caller));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void lead(Socket caller) {
    Weather weather =
        clear ? Weather.CLEAR : Weather.values()[dice.nextInt(Weather.values().length)];
    try {
      Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort);
      caller.setTcpNoDelay(true);
      broker.setTcpNoDelay(true);
      open.add(caller);
      Thread.ofPlatform().daemon().start(() -> carry(caller, broker, weather, Weather.NO_REQUEST));
      carry(broker, caller, weather, Weather.NO_ANSWER);
    } catch (IOException e) {
      reset(caller); // the broker is gone
    } finally {
      open.remove(caller);
    }
  }

  /// @param fatal the weather in which this direction is cut after some bytes
  private void carry(Socket from, Socket to, Weather weather, Weather fatal) {
    int left = weather == fatal ? dice.nextInt(2_000) : clear ? Integer.MAX_VALUE : LONGEST_BYTES;
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[weather == Weather.TRICKLE ? 3 : 1 << 16];
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        hold(weather);
        out.write(bytes, 0, Math.min(read, left));
        left -= read;
        if (left <= 0) {
          resets.incrementAndGet();
          reset(from);
          reset(to);
          return;
        }
      }
    } catch (IOException e) {
      reset(from); // one side is gone, and so goes the other
      reset(to);
    }
  }

  private void hold(Weather weather) {
    switch (weather) {
      case DELAY -> LockSupport.parkNanos(dice.nextLong(DELAY_NANOS_MAX));
      case TRICKLE -> LockSupport.parkNanos(TRICKLE_NANOS);
      case CLEAR, NO_REQUEST, NO_ANSWER -> {}
    }
  }

  /// What was on its way is lost.
  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      return; // it was closed already
    }
  }
}
