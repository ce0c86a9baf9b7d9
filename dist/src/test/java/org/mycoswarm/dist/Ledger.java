package org.mycoswarm.dist;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A client that submits job after job, each with an Idempotency-Key, and tries each until the
/// broker has acknowledged it, however often the broker dies meanwhile. It keeps the book of what
/// it was promised.
final class Ledger {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(30);

  private final Api api;
  private final Map<String, String> acknowledged = new LinkedHashMap<>();
  private final Thread thread = Thread.ofPlatform().name("ledger").unstarted(this::run);
  private volatile boolean stopping;
  private int tries;
  private volatile String wrong = "";

  /// @param api of the address that every broker of the test will have
  static Ledger open(Api api) {
    Ledger ledger = new Ledger(api);
    ledger.thread.start();
    return ledger;
  }

  private Ledger(Api api) {
    this.api = api;
  }

  /// The job of each key that was acknowledged. The last one is waited for.
  Map<String, String> close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (!wrong.isEmpty()) {
      throw new AssertionError(wrong);
    }
    return acknowledged;
  }

  /// How often it had to ask, repeats included.
  int tries() {
    return tries;
  }

  /// The same for each key, as its fingerprint must be the same.
  static String body(String key) {
    return """
        {"name":"%s","tasks":[{"kind":"nobody-does-this","payload":{}}]}"""
        .formatted(key);
  }

  private void run() {
    for (int i = 0; !stopping && wrong.isEmpty(); i++) {
      String key = "ledger-" + i;
      while (!acknowledged.containsKey(key) && wrong.isEmpty()) {
        tryOnce(key);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void tryOnce(String key) {
    tries++;
    HttpResponse<String> answer;
    try {
      answer = api.postAny("/api/v1/jobs", body(key), "Idempotency-Key", key);
    } catch (UncheckedIOException e) {
      return; // the broker is gone: nothing was promised, so it is tried again
    }
    switch (answer.statusCode()) {
      case 200, 201 -> acknowledged.put(key, Api.json(answer).path("job").asText());
      case 503 -> {}
      default ->
          wrong = "Expected a promise or none for '%s', but: %s".formatted(key, answer.body());
    }
  }
}
