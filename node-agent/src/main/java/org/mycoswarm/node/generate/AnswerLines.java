package org.mycoswarm.node.generate;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Passes the lines of one answer on while they come. A refusal is kept as it is. Filled by the
/// HTTP client; asked by any thread.
final class AnswerLines implements Flow.Subscriber<String> {
  private static final int CHARACTERS_MAX = 16 << 20;

  private final LineSink each;
  private final StringBuilder refusal = new StringBuilder();
  private int characters;
  private volatile int status;
  private volatile long heard = System.nanoTime();
  private volatile @Nullable IOException failure;

  AnswerLines(LineSink each) {
    this.each = each;
  }

  void status(int now) {
    status = now;
    heard = System.nanoTime();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    heard = System.nanoTime();
    if (failure != null) {
      return; // whoever waits for the answer gives it up in a moment
    }
    characters += line.length();
    try {
      if (characters > CHARACTERS_MAX) {
        throw new IOException(
            "Expected an answer of at most %,d characters, but it goes on"
                .formatted(CHARACTERS_MAX));
      }
      if (status == 200) {
        each.line(line);
      } else {
        refusal.append(line);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  @Override
  public void onError(Throwable broken) {
    heard = System.nanoTime(); // whoever waits for the answer is told by the client
  }

  @Override
  public void onComplete() {
    heard = System.nanoTime();
  }

  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heard);
  }

  String refusal() {
    return refusal.toString();
  }

  /// @throws IOException when a line was not what it should be
  void requireRead() throws IOException {
    IOException broken = failure;
    if (broken != null) {
      throw broken;
    }
  }
}
