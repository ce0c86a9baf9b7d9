package org.mycoswarm.node.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.node.client.BrokerClient;
import org.mycoswarm.node.client.BrokerLink;
import org.mycoswarm.node.client.Sha256;

/// What is kept on a disk that is short, with a broker that is away.
class WeightCacheTest {
  private static final byte[] ONE = {1};
  private static final byte[] TWO = {2, 2};

  @TempDir private Path folder;
  private BrokerLink link;
  private WeightCache cache;

  @BeforeEach
  void open() {
    BrokerClient client =
        new BrokerClient(BrokerClient.newHttp(), URI.create("http://127.0.0.1:9"), null);
    link = new BrokerLink(client, () -> client);
    // No disk has so much room.
    cache = new WeightCache(folder, new Blobs(link), Long.MAX_VALUE / 2);
  }

  @AfterEach
  void close() {
    link.close();
  }

  @Test
  void whatAStageUsesIsNotDeletedWhenTheDiskIsShort() throws Exception {
    try (WeightCache.Use mine = cache.use()) {
      Path used;
      try (WeightCache.Use other = cache.use()) {
        used = mine.keep(Sha256.of(ONE), ONE);
        assertThat(other.get(wish("the same", ONE))).isEqualTo(used);
      }
      Path left = kept(TWO);

      assertThatThrownBy(() -> mine.get(wish("the weight 'w'", new byte[] {3})))
          .isInstanceOf(TaskFailed.class)
          .hasMessageStartingWith("Expected room for the weight 'w' (1 bytes) in '" + folder)
          .hasMessageContaining("but the disk lacks ");
      assertThat(used).exists();
      assertThat(left).doesNotExist();
    }
  }

  @Test
  void whatNobodyUsesAnyMoreGoes() throws Exception {
    Path before = kept(ONE);
    try (WeightCache.Use use = cache.use()) {
      assertThatThrownBy(() -> use.get(wish("w", TWO))).hasMessageContaining("the disk lacks");
    }
    assertThat(before).doesNotExist();
  }

  @Test
  void whatAnEarlierProcessDidNotCompleteIsRemoved() throws Exception {
    Path unfinished = Files.createFile(folder.resolve(".fetching123"));
    try (WeightCache.Use use = cache.use()) {
      assertThatThrownBy(() -> use.get(wish("w", TWO))).hasMessageContaining("the disk lacks");
    }
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void aFileThatCannotBeKeptLeavesNothing() throws Exception {
    Path taken = Files.createDirectories(folder.resolve(Sha256.of(ONE)).resolve("in the way"));
    try (WeightCache.Use use = cache.use()) {
      assertThatThrownBy(() -> use.keep(Sha256.of(ONE), ONE))
          .hasMessageStartingWith(
              "Expected to keep a file of a model in '%s', but: ".formatted(folder));
    }
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(taken.getParent()));
  }

  private Path kept(byte[] bytes) throws Exception {
    try (WeightCache.Use use = cache.use()) {
      return use.keep(Sha256.of(bytes), bytes);
    }
  }

  private static WeightCache.Wish wish(String what, byte[] bytes) {
    return new WeightCache.Wish(what, "00".repeat(32), 0, bytes.length, Sha256.of(bytes));
  }
}
