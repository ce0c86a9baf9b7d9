package org.mycoswarm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.search.Samples.SETTINGS;
import static org.mycoswarm.search.Samples.document;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract, and what a folder adds to it.
class LuceneIndexTest extends VectorIndexContract {
  @TempDir private Path folder;

  @Override
  VectorIndex open(IndexSettings settings) throws IOException {
    return LuceneIndex.open(folder.resolve("index"), settings);
  }

  private Path other() {
    return folder.resolve("other");
  }

  private void built() throws IOException {
    try (LuceneIndex index = LuceneIndex.open(other(), SETTINGS)) {
      for (int i = 0; i < 300; i++) {
        index.put(document("d" + i, "moss " + i + "\n\nfern", i % 4));
      }
      index.commit(Map.of());
    }
  }

  @Test
  void a_folder_is_open_once() throws Exception {
    try (LuceneIndex first = LuceneIndex.open(other(), SETTINGS)) {
      assertThatThrownBy(() -> LuceneIndex.open(other(), SETTINGS))
          .isInstanceOf(IndexUnusable.class)
          .hasMessage(
              "Expected to be the only one that has the index in '%s' open, but it is open already; close it there first"
                  .formatted(other()));
      first.commit(Map.of());
    }
    LuceneIndex.open(other(), SETTINGS).close();
  }

  @Test
  void a_folder_with_something_else_in_it_is_left_alone() throws Exception {
    Files.createDirectories(other());
    Files.writeString(other().resolve("letter.txt"), "dear");

    assertThatThrownBy(() -> LuceneIndex.open(other(), SETTINGS))
        .isInstanceOf(IndexUnusable.class)
        .hasMessage(
            "Expected an index or an empty folder in '%s', but it holds 'letter.txt' and no commit; nothing was changed. Remove the folder and build the index anew"
                .formatted(other()));
    try (Stream<Path> files = Files.list(other())) {
      assertThat(files).containsExactly(other().resolve("letter.txt"));
    }
  }

  @Test
  void a_start_that_was_killed_before_its_first_commit_is_begun_anew() throws Exception {
    Files.createDirectories(other());
    Files.createFile(other().resolve("write.lock"));
    Files.writeString(other().resolve("pending_segments_1"), "torn");

    try (LuceneIndex index = LuceneIndex.open(other(), SETTINGS)) {
      assertThat(index.stats().documents()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flipped", "cut off", "missing"})
  void a_damaged_file_is_told_whichever_it_is(String damage) throws Exception {
    built();
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      damage(file, damage);

      assertThatThrownBy(() -> LuceneIndex.open(other(), SETTINGS))
          .as("%s is %s", file, damage)
          .isInstanceOf(IndexUnusable.class)
          .hasMessageContaining("'%s'".formatted(other()))
          .hasMessageEndingWith("emove the folder and build the index anew");
      Files.write(file, whole);
    }
    LuceneIndex.open(other(), SETTINGS).close();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(other())) {
      return files.filter(file -> !file.endsWith("write.lock")).toList();
    }
  }

  private static void damage(Path path, String damage) throws IOException {
    if (damage.equals("missing")) {
      Files.delete(path);
      return;
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      long middle = file.length() / 2;
      if (damage.equals("cut off")) {
        file.setLength(middle);
      } else {
        file.seek(middle);
        int was = file.read();
        file.seek(middle);
        file.write(was ^ 1);
      }
    }
  }

  @Test
  void many_commits_and_merges_keep_each_document_in_one_piece() throws Exception {
    try (LuceneIndex index = LuceneIndex.open(other(), SETTINGS)) {
      for (int round = 0; round < 30; round++) {
        for (int i = 0; i < 20; i++) {
          String text = "round %d\n\nmoss %d\n\nfern".formatted(round, i);
          index.put(document("d" + i, text, (i + round) % 4));
        }
        index.remove("d" + round % 20);
        index.commit(Map.of("round", String.valueOf(round)));

        assertThat(index.stats().documents()).isEqualTo(19);
        assertThat(index.stats().chunks()).isEqualTo(57);
        String now = "round " + round;
        index.contents(
            document ->
                assertThat(document.chunks().getFirst().text()).as(document.path()).isEqualTo(now));
      }
    }
  }
}
