package org.mycoswarm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.search.Samples.SETTINGS;
import static org.mycoswarm.search.Samples.document;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that writes an index is killed with SIGKILL, somewhere between one commit and the
/// next: what opens afterwards is one commit, whole, and none that was told of is missing.
///
/// `-Dmycoswarm.kills=200` is the long form.
class KilledIndexTest {
  private static final int KILLS = Integer.getInteger("mycoswarm.kills", 4);
  private static final int DOCUMENTS = 30;

  @TempDir private Path folder;

  @Test
  void a_killed_writer_leaves_its_last_commit_whole() throws Exception {
    Random random = new Random(20_261_123);
    for (int kill = 0; kill < KILLS; kill++) {
      long told = toldBeforeTheKill(random.nextInt(1, 6), random.nextInt(1_500_000));

      try (LuceneIndex index = LuceneIndex.open(folder, SETTINGS)) {
        String round = index.committed().get("round");
        assertThat(Long.parseLong(String.valueOf(round)))
            .as("kill %d", kill)
            .isBetween(told, told + 1);
        List<IndexedDocument> documents = new ArrayList<>();
        index.contents(documents::add);
        assertThat(documents).hasSize(DOCUMENTS);
        assertThat(documents).allSatisfy(one -> assertThat(one.text()).isEqualTo("round " + round));
        assertThat(index.search(Query.words(String.valueOf(round), 100))).hasSize(DOCUMENTS);
      }
    }
  }

  private long toldBeforeTheKill(int rounds, int nanosLater) throws IOException {
    Process writer =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = writer.inputReader(StandardCharsets.UTF_8)) {
      long told = 0;
      for (int i = 0; i < rounds; i++) {
        told = Long.parseLong(String.valueOf(out.readLine()));
      }
      long until = System.nanoTime() + nanosLater;
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      // The process's own method would close the stream that is still read from.
      writer.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        told = Long.parseLong(line);
      }
      return told;
    } finally {
      writer.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  /// Replaces all documents in each commit, and tells of the commit when it is done.
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws IOException {
      try (LuceneIndex index = LuceneIndex.open(Path.of(arguments[0]), SETTINGS)) {
        long round = Long.parseLong(index.committed().getOrDefault("round", "0"));
        while (true) {
          round++;
          for (int i = 0; i < DOCUMENTS; i++) {
            index.put(document("d" + i, "round " + round, i % 4));
          }
          index.commit(Map.of("round", String.valueOf(round)));
          System.out.println(round);
        }
      }
    }
  }
}
