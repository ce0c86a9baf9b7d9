package org.mycoswarm.broker.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.mycoswarm.broker.webhooks.WebhookFile.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts reports to where the file `webhooks.json` says, signed, and again after growing pauses for
/// 20 minutes. No redirect is followed, as the person named this address and no other. What was not
/// delivered by then, or when the broker stops, is said and given up: the report stays with its
/// collection. Thread-safe.
public final class Webhooks implements ReportHook, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          Duration.ofMinutes(12));
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(20);
  private static final int SENDING_MAX = 64;
  private static final int GONE = 410;

  private final WebhookFile file;
  private final InstantSource clock;
  private final List<Duration> pauses;
  private final HttpClient client;
  private final Semaphore room = new Semaphore(SENDING_MAX);
  private final Set<Thread> sending = ConcurrentHashMap.newKeySet();

  /// @param file need not be there; it is read for each report
  /// @param clock the wall's: receivers refuse what is not of now
  public Webhooks(Path file, InstantSource clock) {
    this(file, clock, PAUSES);
  }

  Webhooks(Path file, InstantSource clock, List<Duration> pauses) {
    this.file = new WebhookFile(file);
    this.clock = clock;
    this.pauses = pauses;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(Redirect.NEVER)
            .connectTimeout(CONNECT_MAX)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public void send(String collection, JsonNode report) {
    Optional<Target> target;
    try {
      target = file.target(collection);
    } catch (IOException e) {
      LOG.warn("The report on '{}' is sent nowhere: {}", collection, e.getMessage());
      return;
    }
    if (target.isEmpty()) {
      return;
    }
    if (!room.tryAcquire()) {
      LOG.warn(
          "The report on '{}' is not sent: {} others are on their way", collection, SENDING_MAX);
      return;
    }
    ReportMessage message = ReportMessage.of(collection, report, clock.instant());
    Thread thread =
        Thread.ofVirtual().name("webhook").unstarted(() -> run(collection, target.get(), message));
    sending.add(thread);
    thread.start();
  }

  /// Gives up what is on its way. Twice is fine.
  @Override
  public void close() {
    sending.forEach(Thread::interrupt);
    for (Thread thread : sending) {
      try {
        thread.join(ANSWER_MAX);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    client.shutdownNow();
  }

  private void run(String collection, Target target, ReportMessage message) {
    try {
      deliver(collection, target, message);
    } catch (InterruptedException e) {
      LOG.warn(
          "The broker stops before {} has the report on '{}'; it is not sent again",
          target,
          collection);
    } finally {
      room.release();
      sending.remove(Thread.currentThread());
    }
  }

  private void deliver(String collection, Target target, ReportMessage message)
      throws InterruptedException {
    String found = attempt(target, message);
    for (Duration pause : pauses) {
      if (found.isEmpty() || found.equals(said(GONE))) {
        break;
      }
      LOG.info("{} did not take the report on '{}': {}", target, collection, found);
      Thread.sleep(pause);
      found = attempt(target, message);
    }
    if (found.isEmpty()) {
      LOG.info("{} has the report on '{}'", target, collection);
    } else {
      LOG.warn(
          "{} did not take the report on '{}' ({}), and it is not sent again",
          target,
          collection,
          found);
    }
  }

  /// @return why it was not taken; empty when it was
  private String attempt(Target target, ReportMessage message) throws InterruptedException {
    Instant now = clock.instant();
    HttpRequest request =
        HttpRequest.newBuilder(target.url())
            .timeout(ANSWER_MAX)
            .header("Content-Type", "application/json")
            .header("User-Agent", "mycoSwarm")
            .header("webhook-id", message.id())
            .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
            .header(
                "webhook-signature",
                target.signature().of(message.id(), now.getEpochSecond(), message.body()))
            .POST(BodyPublishers.ofByteArray(message.body()))
            .build();
    try {
      HttpResponse<InputStream> answer = client.send(request, BodyHandlers.ofInputStream());
      answer.body().close(); // whatever else it says, for ever maybe, is not read
      int status = answer.statusCode();
      return status / 100 == 2 ? "" : said(status);
    } catch (IOException e) {
      return "it cannot be reached (%s)".formatted(e.toString());
    }
  }

  private static String said(int status) {
    return "it says %d".formatted(status);
  }
}
