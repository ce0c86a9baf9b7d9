package org.mycoswarm.inference;

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

  public Path weights() {
    return folder.resolve("model.onnx");
  }

  public Path tokenizer() {
    return folder.resolve("tokenizer.json");
  }
}
