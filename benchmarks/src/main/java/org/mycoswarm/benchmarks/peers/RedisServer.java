package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.ServerProcess;

/// A redis-server that appends every change to its file. It neither takes snapshots nor rewrites
/// the file while it is measured, which is in its favour.
record RedisServer(ServerProcess process, int port) implements AutoCloseable {
  private static final long REWRITE_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  static RedisServer start(Path folder, Durability durability)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = ServerProcess.freePort();
    String sync = durability == Durability.SYNCED ? "always" : "everysec";
    ServerProcess process =
        ServerProcess.start(
            List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--dir",
                folder.toString(),
                "--appendonly",
                "yes",
                "--appendfsync",
                sync,
                "--auto-aof-rewrite-percentage",
                "0",
                "--save",
                ""),
            folder.resolve("server.log"));
    process.awaitPort(port);
    return new RedisServer(process, port);
  }

  RespConnection connect() throws IOException {
    return new RespConnection(port);
  }

  /// Removes everything, from its file too: or the rounds would fill the disk.
  ///
  /// @throws IOException when the file is not short again after a minute
  void flush() throws IOException {
    try (RespConnection connection = connect()) {
      connection.call(RespConnection.command("FLUSHALL", "SYNC"));
      connection.call(RespConnection.command("BGREWRITEAOF"));
      long deadline = System.nanoTime() + REWRITE_NANOS;
      while (!isRewritten(connection)) {
        if (System.nanoTime() > deadline) {
          throw new IOException("Expected Redis to shorten its file within a minute");
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private static boolean isRewritten(RespConnection connection) throws IOException {
    Object info = connection.call(RespConnection.command("INFO", "persistence"));
    String words = info instanceof byte[] bytes ? new String(bytes, US_ASCII) : "";
    return words.contains("aof_rewrite_in_progress:0") && words.contains("aof_rewrite_scheduled:0");
  }

  static String version() throws IOException {
    String[] words = Installed.output("redis-server", "--version").split(" ", -1);
    return "redis " + words[2].replace("v=", "");
  }

  @Override
  public void close() {
    process.close();
  }
}
