package org.mycoswarm.inference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// An embedding model that lies complete in a folder of this machine.
///
/// @param name what a person calls it, such as `all-minilm-l6-v2-int8`
/// @param digest what the swarm calls it: `sha256:` and 64 hex digits over its weights and
///     tokenizer.
///     Two nodes with the same digest compute with the same numbers
/// @param folder where `model.onnx` and `tokenizer.json` lie
/// @param dimension the length of its vectors
/// @param tokensMax the most tokens a text may have, special tokens included
/// @param pooling how one vector is made of the vectors of the tokens
/// @param normalize whether a vector is scaled to length 1
/// @param queryPrefix what stands before a text that asks; often nothing
/// @param passagePrefix what stands before a text that is to be found; often nothing
public record Model(
    String name,
    String digest,
    Path folder,
    int dimension,
    int tokensMax,
    Pooling pooling,
    boolean normalize,
    String queryPrefix,
    String passagePrefix) {

  public enum Pooling {
    /// The mean over all tokens.
    MEAN,
    /// The vector of the first token.
    CLS
  }

  /// A model of which only the files that describe it are here: `tokenizer.json`, and `model.json`
  /// or what Sentence Transformers keeps instead. Its weights may be anywhere.
  ///
  /// @param name whatever the files call it
  /// @param digest whatever says which model it is
  /// @param tokensMax that a text may have, if the files say more
  /// @throws IOException if a file is missing
  /// @throws IllegalArgumentException with the rest of a sentence "Expected a model, but ..."
  public static Model described(Path folder, String name, String digest, int tokensMax)
      throws IOException {
    Model said = ModelSheet.of(folder).as(name, tokensMax).model(folder, digest);
    if (!Files.exists(said.tokenizer())) {
      throw new NoSuchFileException(said.tokenizer().toString());
    }
    return said;
  }

  public Path weights() {
    return folder.resolve("model.onnx");
  }

  public Path tokenizer() {
    return folder.resolve("tokenizer.json");
  }
}
