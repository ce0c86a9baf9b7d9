package org.mycoswarm.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.wire.JobView;

/// Follows one job to its end over server-sent events, through lost connections and restarts of the
/// broker: after each it goes on behind the last position it saw. For one thread; the stream is
/// read by another.
public final class JobFollower {
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /// The broker sends a comment every 15 s: three missed ones are a dead connection.
  private static final Duration SILENCE_MAX = Duration.ofSeconds(45);

  private final BrokerClient client;
  private final String job;
  private final Duration patience;
  private final Watcher watcher;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>(10_000);
  private @Nullable Long position;

  /// What the follower tells.
  public interface Watcher {
    /// For a job so short that nobody wants to watch it.
    Watcher SILENT =
        new Watcher() {
          @Override
          public void entry(JsonNode entry) {}

          @Override
          public void state(JobView job) {}

          @Override
          public void notice(String sentence) {}
        };

    /// Each entry of the job's log, once and in order: a `LogEntryView`.
    void entry(JsonNode entry);

    /// How the job stands, at most four times a second.
    void state(JobView job);

    /// Something a person should know, once when it breaks and once when it heals.
    void notice(String sentence);
  }

  /// @param after position behind which to start; null for the job's whole story
  /// @param patience how long a broker may be away before following ends
  public JobFollower(
      BrokerClient client, String job, @Nullable Long after, Duration patience, Watcher watcher) {
    this.client = client.patient(Duration.ZERO);
    this.job = job;
    this.position = after;
    this.patience = patience;
    this.watcher = watcher;
  }

  private sealed interface Signal {
    record Entry(JsonNode entry) implements Signal {}

    record Alive() implements Signal {}

    record Ended() implements Signal {}

    record Broken(String reason) implements Signal {}
  }

  /// Returns the job as it ended.
  ///
  /// @throws BrokerUnreachable when the broker stays away for longer than patience; the job itself
  ///     goes on when it is back
  public JobView follow() {
    Backoff away = null; // since the connection was lost
    while (true) {
      String broken;
      try (InputStream stream = client.events(path(), position)) {
        if (away != null) {
          watcher.notice("The broker answers again.");
          away = null;
        }
        broken = read(stream);
        if (broken == null) {
          return ended();
        }
      } catch (IOException | BrokerUnreachable e) {
        broken = String.valueOf(e.getMessage());
      } catch (BrokerRefused e) {
        if (e.status() != 503) {
          throw e;
        }
        broken = e.words(); // it starts, stops or has too much to do
      }
      if (away == null) {
        watcher.notice("The connection to the broker is lost (" + broken + "); trying again.");
        away = new Backoff(patience);
      }
      if (!away.pause()) {
        throw new BrokerUnreachable(
            "Expected the broker to come back within %d s, but it did not. Job %s goes on when it is back; then follow it with ./mycoswarm watch %s"
                .formatted(patience.toSeconds(), job, job));
      }
    }
  }

  private String path() {
    return "/api/v1/jobs/" + BrokerClient.segment(job) + "/events";
  }

  /// Returns why the stream broke, or null when the job ended.
  private @Nullable String read(InputStream stream) throws IOException {
    signals.clear();
    Thread reader = Thread.ofVirtual().name("events of " + job).start(() -> pump(stream));
    try {
      return dispatch();
    } finally {
      reader.interrupt();
    }
  }

  private void pump(InputStream stream) {
    EventReader events = new EventReader(stream);
    try {
      while (true) {
        EventReader.Message message = events.next();
        if (message == null) {
          signals.put(new Signal.Broken("the stream ended before the job"));
          return;
        }
        signals.put(
            switch (message.type()) {
              case "entry" -> new Signal.Entry(Wire.tree(message.data().getBytes(UTF_8)));
              case "end" -> new Signal.Ended();
              default -> new Signal.Alive();
            });
      }
    } catch (IOException e) {
      var _ = signals.offer(new Signal.Broken(String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the follower is through with this stream
    }
  }

  private @Nullable String dispatch() {
    long heard = System.nanoTime();
    long looked = 0;
    boolean news = true;
    while (true) {
      Signal signal = poll();
      if (signal != null) {
        heard = System.nanoTime();
      }
      switch (signal) {
        case null -> {
          if (System.nanoTime() - heard > SILENCE_MAX.toNanos()) {
            return "nothing was heard for %d s".formatted(SILENCE_MAX.toSeconds());
          }
        }
        case Signal.Entry(JsonNode entry) -> {
          position = entry.path("position").asLong();
          watcher.entry(entry);
          news = true;
        }
        case Signal.Alive() -> news = true;
        case Signal.Ended() -> {
          return null;
        }
        case Signal.Broken(String reason) -> {
          return reason;
        }
      }
      if (news && System.nanoTime() - looked > LOOK_EVERY.toNanos()) {
        watcher.state(client.job(job));
        looked = System.nanoTime();
        news = false;
      }
    }
  }

  private @Nullable Signal poll() {
    try {
      return signals.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.FAILURES, "Stopped while following the job.");
    }
  }

  /// The tables follow the log a moment later.
  private JobView ended() {
    Backoff backoff = new Backoff(patience);
    BrokerClient patient = client.patient(patience);
    JobView view = patient.job(job);
    while (view.state().equals("running") && backoff.pause()) {
      view = patient.job(job);
    }
    watcher.state(view);
    return view;
  }
}
