package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Header of a frame from a stage to the broker; the tensors that leave come with it.
///
/// @param call which one it answers
/// @param status `ok` or `refused`
/// @param code of a refusal: 400 a call that is not in order, 404 no such session, 409 another
///     position was expected, 410 another epoch, 422 the model failed, 507 no room for the session
/// @param reason of a refusal, for people
/// @param ids with `tokenize`
/// @param token with the `step` of a decoder's last stage: the next one
/// @param text with the `step` of a decoder's last stage: what of the answer is known by now and
///     was
///     not sent before
/// @param finish why the answer ends with this token: `stop` or `length`; absent: it goes on
/// @param micros that the stage computed
public record StageAnswer(
    long call,
    String status,
    @Nullable Integer code,
    @Nullable String reason,
    @Nullable List<Integer> ids,
    @Nullable Integer token,
    @Nullable String text,
    @Nullable String finish,
    @Nullable Long micros) {
  public static final String OK = "ok";
  public static final String REFUSED = "refused";

  public static StageAnswer refused(long call, int code, String reason) {
    return new StageAnswer(call, REFUSED, code, reason, null, null, null, null, null);
  }
}
