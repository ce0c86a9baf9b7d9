package org.mycoswarm.broker.projection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogPosition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tables and the file they are in. The file is disposable as long as the log is whole: one
/// that is missing is created, and one that is broken, hangs, is too new or knows more than the log
/// is set aside under another name and replaced by an empty one, which the [ProjectionRunner] fills
/// from the log again.
///
/// Once the start of the log was dropped the file is all that tells of jobs that ended before. Then
/// it is given more time to open, and nothing that was set aside is ever deleted.
///
/// Thread-safe: any thread reads, the runner alone writes.
public final class Tables implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tables.class);
  private static final int ASIDE_MAX = 2;

  /// How many times the watchdog's time a file gets that cannot be made again.
  private static final int PATIENCE = 10;

  /// Each file has a number of its own, so that a database that hangs while it is opened cannot
  /// stand in the way of its successor.
  private static final Pattern FILE = Pattern.compile("tables-(\\d{1,9})\\.mv\\.db(\\.aside)?");

  /// How a file becomes a database; a test plants slow and broken ones.
  interface Opener {
    Database open(Path file);
  }

  private record Open(Database database, int number) {}

  private final Path folder;
  private final Duration watchdog;
  private final Opener opener;
  private volatile Open open;
  private volatile boolean reopening;

  /// As the next one, for a log that is whole.
  public static Tables open(Path folder, LogPosition durable, Duration watchdog) {
    return open(folder, durable, watchdog, true);
  }

  /// Opens the newest file of the folder, or an empty one in its place.
  ///
  /// @param folder created when it is not there
  /// @param durable where the log ends: tables that know more belong to another log
  /// @param watchdog how long opening may take before the file counts as hung
  /// @param isLogWhole whether the log begins with entry 1, so that the tables can be made again
  /// @throws IllegalStateException when an empty file cannot be created either
  public static Tables open(
      Path folder, LogPosition durable, Duration watchdog, boolean isLogWhole) {
    return open(folder, durable, watchdog, isLogWhole, Database::open);
  }

  static Tables open(
      Path folder, LogPosition durable, Duration watchdog, boolean isLogWhole, Opener opener) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Tables(folder, durable, watchdog, isLogWhole, opener);
  }

  /// Tables without a file: empty, and gone when they are closed.
  static Tables inMemory() {
    return new Tables(Database.inMemory());
  }

  private Tables(
      Path folder, LogPosition durable, Duration watchdog, boolean isLogWhole, Opener opener) {
    this.folder = folder;
    this.watchdog = watchdog;
    this.opener = opener;
    this.open = openNewest(durable, isLogWhole);
  }

  private Tables(Database inMemory) {
    this.folder = Path.of("");
    this.watchdog = Duration.ofSeconds(20);
    this.opener = _ -> Database.inMemory();
    this.open = new Open(inMemory, 0);
  }

  /// The last entry that the tables have seen.
  public LogPosition position() {
    return read(handle -> new LogPosition(Database.position(handle)));
  }

  /// The cause of that entry, by which another log is recognised.
  String cause() {
    return read(
        handle -> handle.createQuery("select cause from projection").mapTo(String.class).one());
  }

  /// @throws TablesUnavailable when the database refuses
  <T> T read(Function<Handle, T> query) {
    try {
      return open.database().read(query);
    } catch (JdbiException e) {
      throw new TablesUnavailable("the database said: " + firstLine(e), e);
    } catch (IllegalStateException e) {
      // So it is when its connections were given up.
      throw reopening ? new TablesUnavailable("their file is being opened again", e) : e;
    }
  }

  /// All of the change, or none of it.
  ///
  /// @throws JdbiException when the database refuses
  void write(Consumer<Handle> change) {
    open.database().write(change);
  }

  /// Puts the current file aside and goes on with an empty one; meanwhile nobody can read.
  ///
  /// @param isLogWhole whether all that was in it can be made again
  synchronized void setAside(String why, boolean isLogWhole) {
    reopening = true;
    Open before = open;
    closeInTime(before.database());
    moveAside(before.number(), why, isLogWhole);
    open = create(numberAfter(before.number()));
    reopening = false;
  }

  /// Closes the current file and opens it again: what is in it cannot be made again.
  ///
  /// @throws RuntimeException when it does not open; until a later call succeeds nobody can read
  synchronized void reopen() {
    reopening = true;
    Open before = open;
    closeInTime(before.database());
    Path file = file(before.number());
    open = new Open(openInTime(file, watchdog.multipliedBy(PATIENCE)), before.number());
    reopening = false;
  }

  @Override
  public void close() {
    closeInTime(open.database());
  }

  private Open openNewest(LogPosition durable, boolean isLogWhole) {
    int newest = numbers(false).stream().findFirst().orElse(0);
    if (newest == 0) {
      return create(numberAfter(0));
    }
    numbers(false).stream()
        .skip(1)
        .forEach(number -> moveAside(number, "a newer one is there", isLogWhole));
    String why;
    try {
      Database database =
          openInTime(file(newest), isLogWhole ? watchdog : watchdog.multipliedBy(PATIENCE));
      LogPosition position = database.position();
      if (!position.isAfter(durable)) {
        return new Open(database, newest);
      }
      closeInTime(database);
      why = "they have seen entry %s, but the log ends at %s".formatted(position, durable);
    } catch (RuntimeException e) {
      why = firstLine(e);
    }
    moveAside(newest, why, isLogWhole);
    return create(numberAfter(newest));
  }

  private Open create(int number) {
    try {
      return new Open(openInTime(file(number), watchdog), number);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "Expected to create the tables in '%s', but %s; check the folder's owner and the room on its disk"
              .formatted(file(number), firstLine(e)),
          e);
    }
  }

  private Database openInTime(Path file, Duration atMost) {
    CompletableFuture<Database> opening = new CompletableFuture<>();
    daemon(
        "open " + file.getFileName(),
        () -> {
          try {
            Database database = opener.open(file);
            if (!opening.complete(database)) {
              database.close(); // the watchdog gave up on it, and its file may have another name
            }
          } catch (RuntimeException e) {
            opening.completeExceptionally(e);
          }
        });
    try {
      return opening.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      TimeoutException late =
          new TimeoutException("they did not open within " + atMost.toMillis() + " ms");
      if (opening.completeExceptionally(late)) {
        throw new IllegalStateException(late);
      }
      return opening.join(); // it came at the last moment
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while the tables were opened", e);
    }
  }

  /// A database that is broken may hang when it is closed, too.
  private void closeInTime(Database database) {
    CompletableFuture<@Nullable Void> closing = new CompletableFuture<>();
    daemon(
        "close tables",
        () -> {
          try {
            database.close();
            closing.complete(null);
          } catch (RuntimeException e) {
            closing.completeExceptionally(e);
          }
        });
    try {
      closing.get(watchdog.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      LOG.info(
          "The tables did not close in order ({}); they are checked when they open", firstLine(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void moveAside(int number, String why, boolean isLogWhole) {
    Path from = file(number);
    Path to = folder.resolve(from.getFileName() + ".aside");
    try {
      if (Files.exists(from)) {
        Files.move(from, to);
      }
      if (isLogWhole) {
        LOG.warn(
            "The tables in '{}' were set aside as '{}': {}. New ones are being built from the log",
            from,
            to.getFileName(),
            why);
        for (int old : numbers(true).stream().skip(ASIDE_MAX).toList()) {
          Files.deleteIfExists(folder.resolve(file(old).getFileName() + ".aside"));
        }
      } else {
        LOG.error(
            "The tables in '{}' were set aside as '{}': {}. The start of the log was dropped, so new ones do not list jobs"
                + " that ended before. Nothing is deleted: if the cause has passed, stop the broker, delete the newer"
                + " file and give this one its name back",
            from,
            to.getFileName(),
            why);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Expected to rename '%s', but it failed; check the folder's owner".formatted(from), e);
    }
  }

  private Path file(int number) {
    return folder.resolve("tables-" + number + ".mv.db");
  }

  /// Somebody may have given a file that was set aside its name back; no number is used twice.
  private int numberAfter(int number) {
    return Math.max(number, numbers(true).stream().findFirst().orElse(0)) + 1;
  }

  /// The numbers of the files here, newest first.
  private List<Integer> numbers(boolean aside) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> FILE.matcher(file.getFileName().toString()))
          .filter(name -> name.matches() && (name.group(2) != null) == aside)
          .map((Matcher name) -> Integer.valueOf(name.group(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  static String firstLine(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? root.toString() : root.getMessage();
    return text.lines().findFirst().orElse(text);
  }
}
