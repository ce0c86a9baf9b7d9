package org.mycoswarm.inference;

/// A file that gives no text, and why.
///
/// @param status one of [#EMPTY], [#UNSUPPORTED], [#TOO_LARGE]
/// @param reason one sentence for the person who handed the file in
public record Unreadable(String status, String reason) implements Reading {
  public static final String EMPTY = "empty";
  public static final String UNSUPPORTED = "unsupported";
  public static final String TOO_LARGE = "too-large";
}
