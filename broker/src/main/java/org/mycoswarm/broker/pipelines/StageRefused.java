package org.mycoswarm.broker.pipelines;

/// A stage answered that it does not do what it was asked. Carries no stack trace: it is an answer.
public final class StageRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  static final int BAD_REQUEST = 400;
  static final int NO_SESSION = 404;
  static final int OTHER_EPOCH = 410;
  static final int FAILED = 422;
  static final int NO_ROOM = 507;

  private final int code;

  StageRefused(int code, String reason) {
    super(reason, null, false, false);
    this.code = code;
  }

  /// Whether the call is at fault, so that it would be refused again.
  public boolean isAboutTheCall() {
    return code == BAD_REQUEST;
  }

  /// As [org.mycoswarm.schema.wire.StageAnswer] has them.
  public int code() {
    return code;
  }
}
