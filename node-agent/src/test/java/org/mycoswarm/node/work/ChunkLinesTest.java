package org.mycoswarm.node.work;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.inference.Chunk;

class ChunkLinesTest {
  private static final List<Chunk> CHUNKS =
      List.of(
          new Chunk(0, 0, 3, "öne", 3, null, null, null),
          new Chunk(1, 4, 11, "two\nlines", 4, 2, "Guide > Install", "Guide"),
          new Chunk(2, 12, 17, "three", 3, null, null, null));

  @Test
  void readsBackWhatAChunkTaskWrote() throws Exception {
    ChunkLines lines = new ChunkLines(ChunkExecutor.lines(CHUNKS));

    assertThat(lines.count()).isEqualTo(3);
    assertThat(lines.texts(0, 3)).containsExactly("öne", "Guide\ntwo\nlines", "three");
    assertThat(lines.texts(1, 2)).containsExactly("Guide\ntwo\nlines");
  }

  @Test
  void linesThatAreNotThereAreNamed() {
    ChunkLines lines = new ChunkLines(ChunkExecutor.lines(CHUNKS));

    assertThatThrownBy(() -> lines.texts(2, 4))
        .isInstanceOf(TaskFailed.class)
        .hasMessage(
            "Expected lines between 0 and 3, as the blob of chunks has, but 2 to 4 were asked for");
  }

  @Test
  void whatIsNoChunkIsNamedByItsLine() {
    ChunkLines lines = new ChunkLines("{\"ordinal\": 0}\nnonsense\n".getBytes(UTF_8));

    assertThatThrownBy(() -> lines.texts(0, 1))
        .hasMessage("Expected a chunk in line 0 of the blob, but it has no text");
    assertThatThrownBy(() -> lines.texts(1, 2))
        .hasMessageStartingWith("Expected a chunk in line 1 of the blob, but: ");
  }
}
