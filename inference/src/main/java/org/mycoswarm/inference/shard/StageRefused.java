package org.mycoswarm.inference.shard;

/// A stage did not do what it was asked, and why. The stage itself goes on.
public final class StageRefused extends Exception {
  /// The call is not in order.
  public static final int BAD = 400;

  /// There is no such session.
  public static final int UNKNOWN = 404;

  /// The session stands at another position.
  public static final int CONFLICT = 409;

  /// The model cannot be loaded, or computed nonsense.
  public static final int MODEL = 422;

  /// There is no room for the session.
  public static final int FULL = 507;

  private static final long serialVersionUID = 1;

  private final int code;

  StageRefused(int code, String sentence) {
    super(sentence);
    this.code = code;
  }

  StageRefused(int code, String sentence, Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  /// One of the codes here.
  public int code() {
    return code;
  }
}
