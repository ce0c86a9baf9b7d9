package org.mycoswarm.broker.api;

import java.util.Map;

/// Ends a request with a problem document. Carries no stack trace: it is an answer, not a bug.
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What people sent may stand in it, which may be megabytes; nothing we say ourselves is so long.
  private static final int DETAIL_CHARACTERS_MAX = 1_000;

  private final ProblemType type;
  private final transient Map<String, String> headers;

  public ProblemException(ProblemType type, String detail) {
    this(type, detail, Map.of());
  }

  /// @param headers sent along, such as `Retry-After`
  public ProblemException(ProblemType type, String detail, Map<String, String> headers) {
    super(Inputs.cut(detail, DETAIL_CHARACTERS_MAX), null, false, false);
    this.type = type;
    this.headers = headers;
  }

  public static ProblemException badRequest(String detail) {
    return new ProblemException(ProblemType.BAD_REQUEST, detail);
  }

  public static ProblemException notFound(String detail) {
    return new ProblemException(ProblemType.NOT_FOUND, detail);
  }

  public ProblemType type() {
    return type;
  }

  public Map<String, String> headers() {
    return headers;
  }

  /// What was expected, what was found, what happens now and what to do.
  public String detail() {
    return String.valueOf(getMessage());
  }
}
