package org.mycoswarm.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.ServerProcess;

/// A redis-server that appends every change to its file. It neither takes snapshots nor rewrites
/// the file meanwhile, which is in its favour.
record RedisServer(ServerProcess process, int port) implements AutoCloseable {
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

  /// Removes everything.
  void flush() throws IOException {
    try (RespConnection connection = connect()) {
      connection.call(RespConnection.command("FLUSHALL", "SYNC"));
    }
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
