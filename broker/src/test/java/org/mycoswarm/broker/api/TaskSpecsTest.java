package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.scheduling.KindPolicies;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.TaskSubmission;

/// What a task that was asked for comes to be.
class TaskSpecsTest {
  @TempDir Path folder;

  @Test
  void aTaskThatIsPutOffComesNoSoonerThanAskedForByNotEvenAMillisecond() throws Exception {
    InstantSource late = () -> Instant.parse("2026-11-23T12:00:00.000900Z");
    TaskTerms terms =
        new TaskTerms(Limits.DEFAULT, new KindPolicies(Map.of()), Duration.ofSeconds(30));
    BlobCheck blobs = new BlobCheck(FileBlobStore.open(folder, late));
    TaskSubmission task =
        Json.LENIENT.readValue(
            "{\"kind\":\"k\",\"payload\":{},\"delaySeconds\":0.5}", TaskSubmission.class);

    TaskSpec spec = new TaskSpecs(terms, blobs, late).of(List.of(task)).getFirst();

    assertThat(spec.start().notBefore()).isEqualTo("2026-11-23T12:00:00.501Z");
  }
}
