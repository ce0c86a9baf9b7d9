package org.mycoswarm.node.work;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.Documents;
import org.mycoswarm.inference.Reading;
import org.mycoswarm.inference.ReadingFrames;
import org.mycoswarm.inference.Unreadable;
import org.mycoswarm.node.ReaderSettings;

/// Has documents read by a process with bounded memory, which is started when the first one needs
/// it. A document that takes too long, too much memory, or ends that process costs itself only: the
/// next one gets a new process. One thread at a time.
final class ReaderProcess implements AutoCloseable {
  private static final String MAIN = "org.mycoswarm.reader.ReaderMain";
  private static final Duration START_TIME = Duration.ofSeconds(60);
  private static final Duration END_TIME = Duration.ofSeconds(5);
  private static final Duration LOOK_TIME = Duration.ofMillis(250);

  /// Exit code of `-XX:+ExitOnOutOfMemoryError`.
  private static final int OUT_OF_MEMORY = 3;

  /// A process may be killed for another's fault; twice in the same document is hardly chance.
  private static final int ATTEMPTS = 2;

  private final ReaderSettings settings;
  private @Nullable Running running;
  private String version = "";

  ReaderProcess(ReaderSettings settings) {
    this.settings = settings;
  }

  private record Running(Process process, DataInputStream in, DataOutputStream out, Path home) {
    Path folder() {
      return home.resolve(ReadingFrames.FOLDER);
    }
  }

  /// @param wanted asked while the other process reads
  Reading read(String name, byte[] bytes, Wanted wanted)
      throws TaskFailed, Unwanted, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Running reader = running();
      Path file = handedOver(bytes, reader);
      try {
        return within(settings.time(), wanted, () -> ask(reader, name, file.toString()));
      } catch (TimeoutException e) {
        close();
        return Unreadable.timeout(
            "Expected to read it within %d s, but it takes longer"
                .formatted(settings.time().toSeconds()));
      } catch (IOException e) {
        int code = ended(reader.process());
        close();
        if (code == OUT_OF_MEMORY) {
          return outOfMemory();
        }
        if (attempt == ATTEMPTS) {
          return died(code);
        }
      } catch (Unwanted | InterruptedException e) {
        close();
        throw e;
      }
    }
  }

  private static Path handedOver(byte[] bytes, Running reader) throws TaskFailed {
    try {
      return Files.write(reader.folder().resolve("document"), bytes);
    } catch (IOException e) {
      throw TaskFailed.retryable(
          "Expected to hand a document to the process that reads it, but: " + e);
    }
  }

  /// Its exit code. A process that closed its pipe ends; one that does not is ended.
  private static int ended(Process process) throws InterruptedException {
    if (!process.waitFor(END_TIME.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
    }
    return process.waitFor();
  }

  private Unreadable outOfMemory() {
    return new Unreadable(
        Unreadable.TOO_LARGE,
        "Expected to read it in %d MiB of memory, but it takes more; give the node more with"
                .formatted(settings.heapMiB())
            + " --reader-memory",
        Unreadable.PARSE,
        "java.lang.OutOfMemoryError",
        false);
  }

  private static Unreadable died(int code) {
    return new Unreadable(
        Unreadable.BROKEN,
        "Expected to read it, but the reading process ended %d times with it, at last with code %d"
            .formatted(ATTEMPTS, code),
        Unreadable.PARSE,
        "ReaderDied",
        true);
  }

  private static Reading ask(Running reader, String name, String file) throws IOException {
    ReadingFrames.write(new ReadingFrames.Request(name, file), reader.out());
    return ReadingFrames.read(reader.in());
  }

  private Running running() throws TaskFailed, Unwanted, InterruptedException {
    Running known = running;
    if (known != null && known.process().isAlive()) {
      return known;
    }
    close();
    try {
      Running fresh = start();
      running = fresh;
      version = within(START_TIME, () -> {}, () -> ReadingFrames.awaitReady(fresh.in()));
      return fresh;
    } catch (IOException | TimeoutException e) {
      close();
      throw TaskFailed.retryable(
          "Expected a process that reads documents from '%s', but it does not start (%s)"
              .formatted(settings.classPath(), e));
    } catch (InterruptedException e) {
      close();
      throw e;
    }
  }

  private Running start() throws IOException {
    Path home = Files.createTempDirectory("mycoswarm-");
    Path folder = Files.createDirectory(home.resolve(ReadingFrames.FOLDER));
    Process process =
        new ProcessBuilder(command(folder)).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new Running(
        process,
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16)),
        new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16)),
        home);
  }

  private List<String> command(Path folder) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx%dm".formatted(settings.heapMiB()),
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-UsePerfData",
        "-Djava.io.tmpdir=" + folder,
        "-Dpdfbox.fontcache=" + folder,
        "-Djava.awt.headless=true",
        // The same document must give the same text on every machine.
        "-Dfile.encoding=UTF-8",
        "-Duser.language=en",
        "-Duser.country=US",
        "-Duser.timezone=UTC",
        // A document may name what lies elsewhere: no name is resolved, no address is reached.
        "-Djdk.net.hosts.file=" + folder.resolve("no-hosts"),
        "-DsocksProxyHost=127.0.0.1",
        "-DsocksProxyPort=1",
        "-cp",
        settings.classPath() + File.pathSeparator + shared(),
        MAIN);
  }

  /// Where the classes come from that both processes know.
  private static String shared() {
    try {
      return Path.of(Documents.class.getProtectionDomain().getCodeSource().getLocation().toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("Expected a path of our own jar, but it is none", e);
    }
  }

  /// Reading from a pipe cannot be interrupted, so another thread does it.
  ///
  /// @throws TimeoutException when the time is over
  private static <T> T within(Duration time, Wanted wanted, Callable<T> call)
      throws IOException, Unwanted, InterruptedException, TimeoutException {
    FutureTask<T> answer = new FutureTask<>(call);
    Thread.ofVirtual().name("reading").start(answer);
    long start = System.nanoTime();
    while (true) {
      try {
        return answer.get(LOOK_TIME.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        wanted.check();
        if (System.nanoTime() - start > time.toNanos()) {
          throw e;
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException broken) {
          throw broken;
        }
        throw new IllegalStateException("Expected a reading, but", e.getCause());
      }
    }
  }

  /// What the last process that was started reads with.
  String version() {
    return version;
  }

  /// The process that reads now, or none.
  @Nullable ProcessHandle process() {
    Running known = running;
    return known == null ? null : known.process().toHandle();
  }

  /// Ends the process, whatever it does. The next document gets a new one.
  @Override
  public void close() {
    Running known = running;
    running = null;
    if (known != null) {
      known.process().destroyForcibly().onExit().join();
      delete(known.home());
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Expected to delete the folder of a reading process, but it failed", e);
    }
  }
}
