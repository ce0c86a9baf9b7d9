package org.mycoswarm.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.ServerProcess;

/// A PostgreSQL in a folder of its own, with its durable defaults and more memory than its default
/// is. It refuses to be root, so root starts it as the user `postgres`.
record PostgresServer(ServerProcess process, int port) implements AutoCloseable {
  /// The SQL state of "the database system is starting up".
  private static final String STARTING = "57P03";

  static PostgresServer start(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    if (isRoot()) {
      Files.setPosixFilePermissions(
          folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setOwner(
          folder,
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
    }
    Path data = folder.resolve("data");
    String created =
        Installed.output(
            command(
                    Installed.path("initdb"),
                    "-D",
                    data.toString(),
                    "--auth=trust",
                    "--username=bench",
                    "--encoding=UTF8",
                    "--no-locale")
                .toArray(String[]::new));
    if (!created.contains("Success")) {
      throw new IOException("Expected initdb to make a database, but it printed: " + created);
    }
    int port = ServerProcess.freePort();
    ServerProcess process =
        ServerProcess.start(
            server(data, port), folder.resolveSibling(folder.getFileName() + ".log"));
    process.awaitPort(port);
    PostgresServer server = new PostgresServer(process, port);
    server.awaitServing();
    return server;
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=bench";
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /// It listens before it serves.
  private void awaitServing() throws IOException, InterruptedException {
    for (int tries = 0; tries < 200; tries++) {
      try (Connection _ = connect()) {
        return;
      } catch (SQLException e) {
        if (!STARTING.equals(e.getSQLState())) {
          throw new IOException("Expected PostgreSQL to take a connection", e);
        }
        Thread.sleep(50);
      }
    }
    throw new IOException(
        "Expected PostgreSQL to serve, but it still starts: " + process.printed());
  }

  static String version() throws IOException {
    return Installed.output(Installed.path("postgres"), "--version");
  }

  @Override
  public void close() {
    process.close();
  }

  private static List<String> server(Path data, int port) throws IOException {
    return command(
        Installed.path("postgres"),
        "-D",
        data.toString(),
        "-p",
        Integer.toString(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
        "-c",
        "fsync=on",
        "-c",
        "synchronous_commit=on",
        "-c",
        "shared_buffers=256MB",
        "-c",
        "max_wal_size=4GB");
  }

  private static List<String> command(String... words) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.addAll(List.of(words));
    return command;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }
}
