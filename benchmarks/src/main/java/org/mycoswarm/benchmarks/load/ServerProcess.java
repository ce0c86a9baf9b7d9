package org.mycoswarm.benchmarks.load;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A server that was started by hand, in a folder of its own, and is ended by its id.
public final class ServerProcess implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Process process;
  private final Path log;

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /// @param log what it prints
  public static ServerProcess start(List<String> command, Path log) throws IOException {
    File output = log.toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
            .start();
    return new ServerProcess(process, log);
  }

  /// A port of 127.0.0.1 that is free now.
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  public long pid() {
    return process.pid();
  }

  /// Waits until somebody listens on the port.
  ///
  /// @throws IOException when the process ended or took more than 60 s; with what it printed
  public void awaitPort(int port) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_NANOS;
    while (!listens(port)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "Expected '%s' to listen on port %d, but it %s; it printed: %s"
                .formatted(
                    process.info().command().orElse("the server"),
                    port,
                    process.isAlive() ? "did not for 60 s" : "ended",
                    printed()));
      }
      Thread.sleep(10);
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false; // not yet, which is what the caller asked
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// The end of what it printed.
  public String printed() throws IOException {
    String all = Files.readString(log);
    return all.substring(Math.max(0, all.length() - 4_000));
  }

  public double cpuSeconds() throws IOException {
    return CpuTime.of(process.toHandle());
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    if (process.isAlive()) {
      process.destroyForcibly().onExit().join();
    }
  }
}
