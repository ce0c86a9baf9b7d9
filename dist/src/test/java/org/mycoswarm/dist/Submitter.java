package org.mycoswarm.dist;

import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/// A client that submits job after job, each with an Idempotency-Key, and tries each until the
/// broker has acknowledged it, however often the broker dies meanwhile. Every fourth one it submits
/// once more: the answer must be the same job.
final class Submitter {
  /// Between two jobs, or two tries.
  static final Duration QUICKLY = Duration.ofMillis(30);

  private final Api api;
  private final String name;
  private final UnaryOperator<String> body;
  private final Duration pause;
  private final Consumer<Promise> ledger;
  private final Thread thread;
  private volatile boolean stopping;
  private volatile int tries;

  /// @param api of the address that every broker of the test will have
  /// @param name no two submitters of a test have the same
  /// @param body of the job with this key: always the same, as its fingerprint must be the same
  static Submitter start(
      Api api, String name, UnaryOperator<String> body, Duration pause, Consumer<Promise> ledger) {
    Submitter submitter = new Submitter(api, name, body, pause, ledger);
    submitter.thread.start();
    return submitter;
  }

  private Submitter(
      Api api, String name, UnaryOperator<String> body, Duration pause, Consumer<Promise> ledger) {
    this.api = api;
    this.name = name;
    this.body = body;
    this.pause = pause;
    this.ledger = ledger;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /// The last job is waited for.
  void stop() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// How often it had to ask, repeats included.
  int tries() {
    return tries;
  }

  private void run() {
    for (int i = 0; !stopping; i++) {
      String key = name + "-" + i;
      String job = submit(key);
      ledger.accept(new Promise.Submitted(key, job));
      if (i % 4 == 0) {
        ledger.accept(new Promise.Submitted(key, submit(key)));
      }
    }
  }

  /// Returns the job's id once the broker has given one.
  private String submit(String key) {
    while (true) {
      String job = tryOnce(key);
      LockSupport.parkNanos(pause.toNanos());
      if (!job.isEmpty()) {
        return job;
      }
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private String tryOnce(String key) {
    tries++;
    HttpResponse<String> answer;
    try {
      answer = api.postAny("/api/v1/jobs", body.apply(key), "Idempotency-Key", key);
    } catch (UncheckedIOException e) {
      return ""; // the broker is gone: nothing was promised, so it is tried again
    }
    return switch (answer.statusCode()) {
      case 200, 201 -> Api.json(answer).path("job").asText();
      case 429, 503, 507 -> "";
      default -> {
        ledger.accept(new Promise.Broken("For '" + key + "': " + answer.body()));
        yield "";
      }
    };
  }
}
