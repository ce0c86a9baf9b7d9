package org.mycoswarm.node.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.mycoswarm.inference.Chunker;
import org.mycoswarm.schema.wire.ChunkPayload;

/// All documents of a collection are cut by one version of the chunker, whichever nodes do it.
class ChunkerVersionTest {
  @Test
  void theBrokerAsksForTheChunkerThatTheNodesOfItsReleaseHave() {
    assertThat(ChunkPayload.CHUNKER).isEqualTo(Chunker.VERSION);
  }

  @Test
  void aNodeWithAnotherChunkerGivesTheTaskBackForAnother() {
    TaskFailed refusal =
        catchThrowableOfType(TaskFailed.class, () -> ChunkExecutor.requireChunker("1"));

    assertThat(refusal.isRetryable()).isTrue();
    assertThat(refusal)
        .hasMessage(
            "Expected to cut with chunker 1, but this node has 2; another node may have it. Update the older of node and broker");
  }

  @Test
  void aTaskThatNamesNoneIsCutWithTheNodesOwn() {
    assertThatNoException().isThrownBy(() -> ChunkExecutor.requireChunker(null));
    assertThatNoException().isThrownBy(() -> ChunkExecutor.requireChunker(Chunker.VERSION));
  }
}
