package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Detail of a `generate` task's result.
///
/// @param text the answer, when it is short
/// @param blob instead of `text`: SHA-256 of a blob with the answer in UTF-8
/// @param finish why it ends: `stop` (the model was done, or a stop text came) or `length`
/// @param promptTokens that the model read, as its server counts them
/// @param completionTokens of the answer, as its server counts them
/// @param server what answered, such as `ollama`
public record GenerateDetail(
    @Nullable String text,
    @Nullable String blob,
    String finish,
    int promptTokens,
    int completionTokens,
    String server) {
  public static final String STOP = "stop";
  public static final String LENGTH = "length";
}
