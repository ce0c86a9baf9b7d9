package org.mycoswarm.inference;

/// A file that gives no text, and why.
///
/// @param status one of the words below
/// @param reason one sentence for the person who handed the file in
/// @param stage at which it ended: [#READ], [#PARSE] or [#CHUNK]
/// @param error class of the error: that of the parser, or one word of ours
/// @param retryable whether reading the same bytes again may give another answer
public record Unreadable(
    String status, String reason, String stage, String error, boolean retryable)
    implements Reading {
  public static final String EMPTY = "empty";
  public static final String UNSUPPORTED = "unsupported";
  public static final String TOO_LARGE = "too-large";
  public static final String BROKEN = "broken";
  public static final String LOCKED = "locked";
  public static final String TIMEOUT = "timeout";

  public static final String READ = "read";
  public static final String PARSE = "parse";
  public static final String CHUNK = "chunk";

  /// It can be read, and there is no text in it.
  public static Unreadable empty(String reason) {
    return new Unreadable(EMPTY, reason, PARSE, "NoText", false);
  }

  /// It is of a kind that is not read.
  public static Unreadable unsupported(String reason) {
    return new Unreadable(UNSUPPORTED, reason, READ, "UnknownFormat", false);
  }

  /// It is over a limit.
  public static Unreadable tooLarge(String reason) {
    return new Unreadable(TOO_LARGE, reason, READ, "OverLimit", false);
  }

  /// Its parser does not get to its end.
  ///
  /// @param error class of the error
  public static Unreadable broken(String reason, String error) {
    return new Unreadable(BROKEN, reason, PARSE, error, false);
  }

  /// It wants a password.
  public static Unreadable locked(String reason) {
    return new Unreadable(LOCKED, reason, PARSE, "PasswordWanted", false);
  }

  /// Reading it takes too long, which a faster or less busy machine may not find.
  public static Unreadable timeout(String reason) {
    return new Unreadable(TIMEOUT, reason, PARSE, "TimeLimit", true);
  }
}
