package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Header of a frame from the broker to the node that is a stage.
///
/// @param call number of the call; its [StageAnswer] carries it
/// @param op `tokenize`, `open`, `step`, `close`, or `forward` (encoders: no session)
/// @param epoch of the stage; a node that has another answers 410
/// @param position of the first of `ids` in the session
/// @param ids the tokens of a step, in each stage
/// @param open with `open`
/// @param messages with `tokenize`: what the model's chat format makes one text of
/// @param text with `tokenize`: instead of messages, a text taken as it is
/// @param replay whether the step was done before by another node: it only fills the cache, and its
///     answer carries nothing
public record StageCall(
    long call,
    String op,
    long epoch,
    @Nullable String session,
    @Nullable Long position,
    @Nullable List<Integer> ids,
    @Nullable StageOpen open,
    @Nullable List<ChatMessage> messages,
    @Nullable String text,
    @Nullable Boolean replay) {
  public static final String TOKENIZE = "tokenize";
  public static final String OPEN = "open";
  public static final String STEP = "step";
  public static final String CLOSE = "close";
  public static final String FORWARD = "forward";
}
