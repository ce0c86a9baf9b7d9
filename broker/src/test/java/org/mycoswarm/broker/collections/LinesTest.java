package org.mycoswarm.broker.collections;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.wire.SearchAnswer.Hit;
import org.mycoswarm.schema.wire.SearchAnswer.Passage;
import org.mycoswarm.search.IndexSettings;
import org.mycoswarm.search.IndexedDocument;
import org.mycoswarm.search.LuceneIndex;
import org.mycoswarm.search.VectorIndex;

class LinesTest {
  private static final String TEXT = "𝄞 one\ntwo\nthree\nfour\n";

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private VectorIndex index;

  @BeforeEach
  void open() throws IOException {
    index = LuceneIndex.open(folder, new IndexSettings("sha256:m", 2, "200/20"));
    put("a.md", "text/markdown");
    put("a.html", "text/html");
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void linesAreThoseOfTheFileAsItIs() {
    // in code points: the first character is one, and two in Java
    assertThat(lines("a.md", "hash", 0, 5)).isEqualTo(new Lines.Range(1, 1));
    assertThat(lines("a.md", "hash", 6, 15)).isEqualTo(new Lines.Range(2, 3));
    assertThat(lines("a.md", "hash", 10, 21)).isEqualTo(new Lines.Range(3, 4));
  }

  @Test
  void whereNobodySeesLinesThereAreNone() {
    assertThat(lines("a.html", "hash", 0, 5)).isEqualTo(Lines.Range.NONE);
    assertThat(lines("a.md", "another", 0, 5)).isEqualTo(Lines.Range.NONE);
    assertThat(lines("a.md", "hash", 0, 500)).isEqualTo(Lines.Range.NONE);
    assertThat(lines("gone.md", "hash", 0, 5)).isEqualTo(Lines.Range.NONE);
  }

  private Lines.Range lines(String path, String sha256, int start, int end) {
    Hit hit = new Hit(path, null, sha256, null, null, null, 1, null, null, List.of());
    return new Lines(index).of(hit, new Passage(null, null, start, end, "", List.of()));
  }

  private void put(String path, String type) throws IOException {
    index.put(
        new IndexedDocument(
            path, "hash", type, null, 22, Instant.EPOCH, null, null, TEXT, List.of()));
    index.commit(Map.of());
  }
}
