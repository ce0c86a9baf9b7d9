package org.mycoswarm.search;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// The contract on a PostgreSQL with pgvector; docs/reference/search.md says how one is put there.
class PgVectorIndexTest extends VectorIndexContract {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();
  private static PgServer server;
  private static DataSource source;

  private final String schema = "contract_" + SCHEMAS.incrementAndGet();

  @BeforeAll
  static void started() throws Exception {
    server = PgServer.startOrSkip();
    source = server.source();
  }

  @AfterAll
  static void stopped() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  VectorIndex open(IndexSettings settings) throws IOException {
    return PgVectorIndex.open(source, schema, settings);
  }
}
