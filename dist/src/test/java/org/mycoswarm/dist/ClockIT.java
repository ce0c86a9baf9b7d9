package org.mycoswarm.dist;

import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The machine's wall clock jumps by an hour, either way, while leases run, with a broker and a
/// node that see it. Needs libfaketime (Debian's package faketime).
@Timeout(300)
class ClockIT {
  private static final int LEASE_SECONDS = 3;

  /// On a busy machine.
  private static final Duration LATE = Duration.ofSeconds(20);

  @TempDir Path folder;
  private UnderLoad load;
  private Swarm swarm;
  private Program broker;
  private ForeignNode silent;

  @BeforeEach
  void startBroker() throws IOException {
    Path library = library();
    load = new UnderLoad(folder);
    swarm = load.swarm();
    setClock("+0");
    swarm.programsUnder(
        Map.of(
            "LD_PRELOAD",
            library.toString(),
            "FAKETIME_TIMESTAMP_FILE",
            clock().toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            // Otherwise timed waits of the Java machine return at once, again and again.
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0"));
    broker = swarm.broker();
    silent = ForeignNode.join(swarm.api(), "silent", "silence");
  }

  @AfterEach
  void stopAll() {
    load.close();
  }

  @Test
  void noLeaseExpiresEarlyAndNoneHangs() {
    swarm.node("agent");
    Submitter embedding = load.embedding();
    load.hands("nodes", 0, 3, 1);
    Program submitters = load.hands("clients", 2, 0, 2);

    for (String offset : List.of("+3600", "+0", "-3600", "+0")) {
      load.awaitProgress();
      assertLeaseRunsItsTime(() -> jump(offset), "the clock jumped to " + offset);
      load.check();
    }
    submitters.kill();
    embedding.stop();
    load.settle();
    System.out.println("ClockIT: " + load.figures());
  }

  @Test
  void aBrokerThatStartsWithAnotherClockGivesEachLeaseItsTime() {
    load.hands("nodes", 0, 3, 1);
    Program submitters = load.hands("clients", 2, 0, 2);

    for (String offset : List.of("+3600", "-3600", "+0")) {
      load.awaitProgress();
      assertLeaseRunsItsTime(() -> restartAt(offset), "a broker started at " + offset);
      load.check();
    }
    submitters.kill();
    load.settle();
    System.out.println("ClockIT: " + load.figures());
  }

  /// A lease is granted, something happens, and the lease expires after its time: counted from the
  /// grant at the earliest and from the end of what happened at the latest.
  private void assertLeaseRunsItsTime(Runnable happening, String what) {
    String job =
        swarm
            .api()
            .post(
                "/api/v1/jobs",
                Map.of(
                    "tasks",
                    List.of(
                        Map.of(
                            "kind",
                            "silence",
                            "payload",
                            Map.of(),
                            "leaseSeconds",
                            LEASE_SECONDS,
                            "maxAttempts",
                            20))))
            .path("job")
            .asText();
    long before = System.nanoTime();
    String lease = silent.leaseOne();

    happening.run();

    Instant machine = Instant.now();
    Await.until(
        Duration.ofSeconds(LEASE_SECONDS).plus(LATE),
        lease + " expires after " + what,
        () ->
            Story.of(swarm.api()).of("lease.expired").stream()
                .anyMatch(happened -> happened.lease().equals(lease)));
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .as("from the grant of %s to its end; %s at %s", lease, what, machine)
        .isGreaterThanOrEqualTo(Duration.ofSeconds(LEASE_SECONDS));
    assertThat(silent.complete(lease).statusCode()).isEqualTo(409);
    completeInTime();
    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded");
  }

  /// On a busy machine a lease may run out before its result is there, but not earlier than it
  /// must.
  private void completeInTime() {
    long before = System.nanoTime();
    while (silent.complete(silent.leaseOne()).statusCode() == 409) {
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .as("until the result was too late")
          .isGreaterThanOrEqualTo(Duration.ofSeconds(LEASE_SECONDS));
      before = System.nanoTime();
    }
  }

  private void jump(String offset) {
    setClock(offset);
    awaitBrokersClock(offset);
  }

  private void restartAt(String offset) {
    broker.kill();
    setClock(offset);
    broker = swarm.broker("--port", Integer.toString(swarm.port()));
    awaitBrokersClock(offset);
  }

  /// Its web server dates every answer.
  private void awaitBrokersClock(String offset) {
    Await.until(
        Swarm.SOON,
        "the broker's clock is " + offset + " s off",
        () -> {
          String date =
              swarm
                  .api()
                  .send(HttpRequest.newBuilder(URI.create(swarm.api().url() + "/healthz")).GET())
                  .headers()
                  .firstValue("Date")
                  .orElseThrow();
          Instant broker = ZonedDateTime.parse(date, RFC_1123_DATE_TIME).toInstant();
          Duration off = Duration.between(Instant.now(), broker);
          return off.minusSeconds(Long.parseLong(offset)).abs().toSeconds() < 60;
        });
  }

  /// Whole or not at all: programs read it all the time.
  private void setClock(String offsetSeconds) {
    try {
      Path next = folder.resolve("clock.next");
      Files.writeString(next, offsetSeconds + "s\n");
      Files.move(next, clock(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path clock() {
    return folder.resolve("clock");
  }

  private static Path library() throws IOException {
    for (Path place : List.of(Path.of("/usr/lib"), Path.of("/usr/lib64"))) {
      if (Files.isDirectory(place)) {
        try (DirectoryStream<Path> machines = Files.newDirectoryStream(place)) {
          for (Path machine : machines) {
            Path library = machine.resolve("faketime").resolve("libfaketimeMT.so.1");
            if (Files.exists(library)) {
              return library;
            }
          }
        }
      }
    }
    Needs.CLOCK.expect(false, "there is no libfaketimeMT.so.1 (Debian's package faketime)");
    throw new IllegalStateException("not reached");
  }
}
