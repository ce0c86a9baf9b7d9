package org.mycoswarm.broker.models;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.schema.wire.ModelView;

/// A registered model, as the log has it.
///
/// @param graph path of its ONNX file
/// @param digests blob with the SHA-256 of each weight, by name
/// @param eos tokens that end a text
/// @param chat how messages become one text
public record ModelRecord(
    String name,
    String digest,
    String kind,
    long weightBytes,
    int cuts,
    long cacheBytesPerToken,
    int contextTokens,
    List<ModelFile> files,
    Instant added,
    String graph,
    String digests,
    List<Integer> eos,
    @Nullable String chat) {
  public ModelRecord {
    files = List.copyOf(files);
    eos = List.copyOf(eos);
  }

  public boolean isEncoder() {
    return kind.equals(ModelView.ENCODER);
  }

  /// Whether its files say how texts become tokens, and the rows of these a vector.
  public boolean isEmbedding() {
    return isEncoder()
        && blob("tokenizer.json") != null
        && (blob("model.json") != null || blob("1_Pooling/config.json") != null);
  }

  /// SHA-256 of the file with this path, or null.
  public @Nullable String blob(String path) {
    return files.stream()
        .filter(file -> file.path().equals(path))
        .map(ModelFile::blob)
        .findFirst()
        .orElse(null);
  }

  List<BlobHash> blobs() {
    return Stream.concat(files.stream().map(ModelFile::blob), Stream.of(digests))
        .filter(Objects::nonNull)
        .distinct()
        .map(BlobHash::new)
        .toList();
  }

  public ModelView view() {
    return new ModelView(
        name, digest, kind, weightBytes, cuts, cacheBytesPerToken, contextTokens, files, added);
  }
}
