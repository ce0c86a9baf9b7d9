package org.mycoswarm.broker.api;

/// The words that programs can rely on when something goes wrong, and the status each comes with.
public enum ProblemType {
  BAD_REQUEST("bad-request", 400, "The request is not in order"),
  UNAUTHORIZED("unauthorized", 401, "The token is missing or wrong"),
  FORBIDDEN("forbidden", 403, "The request comes from somewhere else"),
  NOT_FOUND("not-found", 404, "There is no such thing"),
  METHOD_NOT_ALLOWED("method-not-allowed", 405, "This address does not take that method"),
  NOT_ACCEPTABLE("not-acceptable", 406, "The answer cannot be given in the form asked for"),
  LEASE_NOT_HELD("lease-not-held", 409, "The lease is not held any more"),
  JOB_RUNNING("job-running", 409, "The job still runs"),
  RUN_RUNNING("run-running", 409, "The run has not ended"),
  NOT_SEARCHABLE("not-searchable", 409, "Nothing serves yet"),
  WRONG_KIND("wrong-kind", 409, "The job is of another kind"),
  RECORD_CHANGED("record-changed", 409, "Somebody else changed it"),
  HISTORY_DROPPED("history-dropped", 410, "The log does not go back so far"),
  TOO_LARGE("too-large", 413, "The request is too large"),
  UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The body is of a type not taken here"),
  UNPROCESSABLE("unprocessable", 422, "The request is well formed, but cannot be done"),
  KEY_REUSED("key-reused", 422, "The Idempotency-Key was used for another request"),
  BLOB_MISSING("blob-missing", 422, "A blob was not uploaded"),
  MODEL_UNKNOWN("model-unknown", 422, "The model is not known"),
  QUEUE_FULL("queue-full", 429, "The queue is full"),
  OVERLOADED("overloaded", 429, "The broker has too much to do"),
  INTERNAL("internal", 500, "The broker made a mistake"),
  UNAVAILABLE("unavailable", 503, "The broker cannot answer now"),
  OUT_OF_ROOM("out-of-room", 507, "The broker's disk is nearly full");

  private final String word;
  private final int status;
  private final String title;

  ProblemType(String word, int status, String title) {
    this.word = word;
    this.status = status;
    this.title = title;
  }

  public String uri() {
    return "urn:mycoswarm:problem:" + word;
  }

  public int status() {
    return status;
  }

  public String title() {
    return title;
  }

  /// The word for a status that a library chose; what it does not know is the caller's mistake
  /// below 500 and ours from there on.
  public static ProblemType of(int status) {
    return switch (status) {
      case 401 -> UNAUTHORIZED;
      case 403 -> FORBIDDEN;
      case 404, 410 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 413, 414, 431 -> TOO_LARGE;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 422 -> UNPROCESSABLE;
      case 429 -> OVERLOADED;
      case 503 -> UNAVAILABLE;
      default -> status < 500 ? BAD_REQUEST : INTERNAL;
    };
  }
}
