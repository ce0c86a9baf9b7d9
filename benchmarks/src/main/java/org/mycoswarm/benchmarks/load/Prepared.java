package org.mycoswarm.benchmarks.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// Requests formatted before the clock starts, so that a caller only sends: client and server share
/// the same cores. Callers take them in turn. Not thread-safe; the requests themselves are shared.
public final class Prepared {
  private final List<byte[]> requests;
  private int next;

  private Prepared(List<byte[]> requests, int next) {
    this.requests = requests;
    this.next = next;
  }

  /// @param format makes one request of a number, which says which payloads to take
  public static Prepared of(int count, IntFunction<byte[]> format) {
    List<byte[]> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(format.apply(i));
    }
    return new Prepared(requests, 0);
  }

  /// The same requests for another caller.
  public Prepared from(int first) {
    return new Prepared(requests, first % requests.size());
  }

  public byte[] next() {
    byte[] request = requests.get(next);
    next = (next + 1) % requests.size();
    return request;
  }
}
