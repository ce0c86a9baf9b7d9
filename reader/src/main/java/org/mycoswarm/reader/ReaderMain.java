package org.mycoswarm.reader;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.logging.LogManager;
import java.util.stream.Stream;
import org.mycoswarm.inference.ReadingFrames;

/// The process that reads: takes a document from standard input, answers with its text on standard
/// output, one after the other, until the input ends. It ends by itself when nothing comes for a
/// while. Who started it watches the time, and kills it.
public final class ReaderMain {
  private static final Duration IDLE_MOST = Duration.ofMinutes(2);

  private static volatile long idleSince = System.nanoTime();
  private static volatile boolean busy;

  private ReaderMain() {}

  public static void main(String[] args) throws IOException {
    // Frames own the standard output: what a library prints must not come between them.
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)));
    System.setOut(System.err);
    LogManager.getLogManager().reset();
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
    Thread.ofPlatform().daemon().name("idle").start(ReaderMain::endWhenIdle);
    DocumentReader reader = new DocumentReader();
    ReadingFrames.writeReady(DocumentReader.version(), out);
    Optional<ReadingFrames.Request> request = ReadingFrames.readRequest(in);
    while (request.isPresent()) {
      busy = true;
      ReadingFrames.write(reader.read(request.get().name(), Path.of(request.get().file())), out);
      idleSince = System.nanoTime();
      busy = false;
      request = ReadingFrames.readRequest(in);
    }
    leaveNothing();
  }

  private static void endWhenIdle() {
    try {
      while (busy || System.nanoTime() - idleSince < IDLE_MOST.toNanos()) {
        Thread.sleep(Duration.ofSeconds(5));
      }
      Runtime.getRuntime().halt(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The node has gone, and cannot tidy up any more.
  private static void leaveNothing() throws IOException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    if (!folder.endsWith(ReadingFrames.FOLDER)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
