package org.mycoswarm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Entry.Measured;
import org.mycoswarm.benchmarks.peers.Installed;

/// The benchmark itself, with rounds so short that the figures say nothing: real servers, real
/// clients, a real document.
class ShortRunTest {
  private static final Path LIB = Path.of("../dist/target/mycoswarm/lib");

  @TempDir Path work;

  @Test
  void a_short_run_measures_broker_and_redis_and_writes_the_document() throws Exception {
    assumeTrue(Files.isDirectory(LIB), "the program is not packed; mvn verify packs it");
    assumeTrue(Installed.has("redis-server"), "redis-server is not installed");
    Path docs = work.resolve("docs");
    Options options =
        Options.of(
            List.of(
                "--lib", LIB.toString(),
                "--docs", docs.toString(),
                "--rounds", "1",
                "--seconds", "1",
                "--warm-seconds", "1",
                "--rows", "peers",
                "--only", "^(mycoSwarm|Redis streams, AOF always)$",
                "--row", "SINGLE|WORK_ONE|HANDOVER"));

    Results results = PeersBench.run(options, work);

    assertThat(results.entries()).hasSize(6);
    assertThat(results.entries())
        .flatExtracting(Entry::rounds)
        .extracting(Measured::perSecond)
        .allMatch(rate -> rate > 0);
    assertThat(docs.resolve("performance.md")).content().contains("mycoSwarm", "Redis streams");
    assertThat(docs.resolve("images/performance.svg")).content().contains("<svg");
  }
}
