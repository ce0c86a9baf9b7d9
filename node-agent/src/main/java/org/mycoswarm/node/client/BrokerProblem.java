package org.mycoswarm.node.client;

import java.util.Locale;

/// The broker understood a call and said no, or the answer is none that a broker gives.
public final class BrokerProblem extends Exception {
  /// What `type` starts with in every problem document of ours.
  static final String TYPE_PREFIX = "urn:mycoswarm:problem:";

  private static final long serialVersionUID = 1;

  private final String word;
  private final int status;
  private final String detail;

  /// @param word what `docs/protocol.md` lists, such as `not-found`
  /// @param status of HTTP
  /// @param detail in the broker's own words
  public BrokerProblem(String call, String word, int status, String detail) {
    super(
        String.format(
            Locale.ROOT,
            "Expected the broker to accept '%s', but it answered %d (%s): %s",
            call,
            status,
            word,
            detail));
    this.word = word;
    this.status = status;
    this.detail = detail;
  }

  public String word() {
    return word;
  }

  public int status() {
    return status;
  }

  public String detail() {
    return detail;
  }

  /// Whether the same call can succeed later without a change on our side: the broker, or what is
  /// between us, has too much to do, is away, or has no room on its disk.
  public boolean passing() {
    return status == 429 || (status >= 502 && status <= 504) || status == 507;
  }
}
