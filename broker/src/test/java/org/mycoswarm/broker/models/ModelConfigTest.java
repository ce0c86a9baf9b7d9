package org.mycoswarm.broker.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.queue.log.files.FileBlobStore;
import org.mycoswarm.schema.wire.ModelFile;

class ModelConfigTest {
  private final List<ModelFile> files = new ArrayList<>();
  @TempDir Path folder;

  @Test
  void theFilesBesideAModelSayWhatItIs() throws IOException {
    put("config.json", "{\"max_position_embeddings\":131072,\"eos_token_id\":7}");
    put("generation_config.json", "{\"eos_token_id\":[128001,128009]}");
    put("tokenizer_config.json", "{\"chat_template\":\"<|start_header_id|>{{ role }}\"}");

    assertThat(config()).isEqualTo(new ModelConfig(131_072, List.of(128_001, 128_009), "llama3"));
  }

  @Test
  void aTemplateMayLieInAFileOfItsOwn() throws IOException {
    put("config.json", "{\"eos_token_id\":7}");
    put("chat_template.jinja", "{% for m in messages %}<|im_start|>{{ m.role }}{% endfor %}");

    assertThat(config()).isEqualTo(new ModelConfig(2_048, List.of(7), "chatml"));
  }

  @Test
  void aModelWithoutThemIsPlain() throws IOException {
    assertThat(config()).isEqualTo(new ModelConfig(2_048, List.of(), "plain"));
  }

  @Test
  void whatIsNoJsonIsNamed() throws IOException {
    put("config.json", "{");

    assertThatThrownBy(this::config)
        .isInstanceOf(ModelRejected.class)
        .hasMessageStartingWith("Expected 'config.json' of the model to be JSON, but: ");
  }

  private ModelConfig config() throws IOException {
    return ModelConfig.of(new ModelFiles(store(), files));
  }

  private void put(String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var stored = store().put(new ByteArrayInputStream(bytes), bytes.length);
    files.add(new ModelFile(name, stored.hash().hex(), bytes.length));
  }

  private BlobStore store() throws IOException {
    return FileBlobStore.open(folder.resolve("blobs"), Clock.systemUTC());
  }
}
