package org.mycoswarm.search;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// A PostgreSQL with pgvector for tests: the one that `MYCOSWARM_PG_URL` names, or PGlite on
/// Node.js where `search/src/test/pglite/install.sh` has put it.
record PgServer(DataSource source, @Nullable Process process) implements AutoCloseable {
  private static final Path PGLITE = Path.of("target", "pglite");

  /// @throws org.opentest4j.TestAbortedException if there is none, and nobody requires it
  static PgServer startOrSkip() throws IOException {
    String url = System.getenv("MYCOSWARM_PG_URL");
    if (url != null) {
      return new PgServer(source(url), null);
    }
    boolean installed = Files.isDirectory(PGLITE.resolve("node_modules"));
    if (!installed && "1".equals(System.getenv("MYCOSWARM_PG_REQUIRED"))) {
      throw new IllegalStateException(
          "Expected a PostgreSQL with pgvector, as MYCOSWARM_PG_REQUIRED=1 says, but MYCOSWARM_PG_URL is not"
              + " set and PGlite is not in search/target/pglite; run search/src/test/pglite/install.sh");
    }
    assumeTrue(
        installed,
        "No PostgreSQL with pgvector here: the contract was not tried on it. Run"
            + " search/src/test/pglite/install.sh, or set MYCOSWARM_PG_URL");
    Process node =
        new ProcessBuilder("node", "server.mjs")
            .directory(PGLITE.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = node.inputReader(StandardCharsets.UTF_8);
    String port =
        Optional.ofNullable(out.readLine())
            .orElseThrow(() -> new IOException("Expected a port from PGlite, but it ended"));
    return new PgServer(
        OneAtATime.over(
            source(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&sslmode=disable")),
        node);
  }

  private static PGSimpleDataSource source(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    source.setPrepareThreshold(0);
    return source;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
    }
  }
}
