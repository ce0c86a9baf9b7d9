package org.mycoswarm.benchmarks.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Finds the few words of an answer that a load run needs, without reading it as JSON.
final class Answers {
  private static final String JOB = "\"job\":\"";
  private static final String LEASES = "\"leases\":[";
  private static final String LEASE = "\"lease\":\"";
  private static final String REFUSED = "\"status\":\"refused\"";

  private Answers() {}

  static String job(byte[] answer) throws IOException {
    String text = new String(answer, ISO_8859_1);
    int at = text.indexOf(JOB);
    if (at < 0) {
      throw new IOException("Expected a job in the answer, but it is: " + text);
    }
    return word(text, at + JOB.length());
  }

  /// @throws IOException when a result was refused: a load run that loses leases measures nothing
  static List<String> leases(byte[] answer) throws IOException {
    String text = new String(answer, ISO_8859_1);
    int at = text.indexOf(LEASES);
    if (at < 0 || text.substring(0, at).contains(REFUSED)) {
      throw new IOException("Expected leases and accepted results, but the answer is: " + text);
    }
    List<String> leases = new ArrayList<>();
    for (at = text.indexOf(LEASE, at); at >= 0; at = text.indexOf(LEASE, at)) {
      at += LEASE.length();
      leases.add(word(text, at));
    }
    return leases;
  }

  private static String word(String text, int at) {
    return text.substring(at, text.indexOf('"', at));
  }
}
