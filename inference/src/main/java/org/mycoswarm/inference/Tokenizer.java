package org.mycoswarm.inference;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// The tokenizer of one model: what it counts is what the model will see.
///
/// Any thread may use it, several at a time. After [#close] it must not be used.
public final class Tokenizer implements AutoCloseable {
  static {
    // The library counts its users over the network unless told not to before its classes load.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Its natives are for CPUs; where it sees a GPU it would look for others, over the network.
    System.setProperty("RUST_FLAVOR", "cpu");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final int specialTokens;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.specialTokens = tokenizer.encode("").getIds().length;
  }

  /// Loads a `tokenizer.json`. Whatever that file says of truncation and padding is switched off:
  /// silent truncation loses text, and padding makes a vector depend on its batch.
  ///
  /// @throws ModelFailure if there is no usable tokenizer at that path
  public static Tokenizer load(Path tokenizerJson) {
    try {
      return new Tokenizer(
          HuggingFaceTokenizer.builder()
              .optTokenizerPath(tokenizerJson)
              .optAddSpecialTokens(true)
              .optTruncation(false)
              .optPadding(false)
              .build());
    } catch (IOException | RuntimeException e) {
      throw new ModelFailure(
          "Expected a tokenizer in '%s', but it cannot be loaded (%s); the model is not usable"
                  .formatted(tokenizerJson, e.getMessage())
              + " until the file is replaced",
          e);
    }
  }

  /// How many tokens the model sees of this text, special tokens included.
  public int count(String text) {
    return ids(text).length;
  }

  /// The tokens themselves, special tokens included.
  public long[] ids(String text) {
    return encode(text).getIds();
  }

  /// How many of the tokens of any text are special ones, such as `[CLS]` and `[SEP]`.
  public int specialTokens() {
    return specialTokens;
  }

  /// Where each token starts in the text, in UTF-16 units, in order; special tokens left out.
  int[] starts(String text) {
    Encoding encoding = encode(text);
    int[] codePoints =
        Arrays.stream(encoding.getCharTokenSpans())
            .filter(span -> span != null)
            .mapToInt(CharSpan::getStart)
            .toArray();
    return toUtf16(text, codePoints);
  }

  private Encoding encode(String text) {
    return tokenizer.encode(WellFormed.of(text));
  }

  private static int[] toUtf16(String text, int[] codePoints) {
    int[] units = new int[codePoints.length];
    int unit = 0;
    int codePoint = 0;
    for (int i = 0; i < units.length; i++) {
      unit = text.offsetByCodePoints(unit, codePoints[i] - codePoint);
      codePoint = codePoints[i];
      units[i] = unit;
    }
    return units;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
