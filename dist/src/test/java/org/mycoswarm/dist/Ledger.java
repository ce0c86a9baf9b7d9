package org.mycoswarm.dist;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The book of what the broker promised its callers, kept by the callers and not by the broker.
/// Thread-safe.
final class Ledger {
  private final List<Promise> promises = new ArrayList<>();
  private final Map<Path, Long> readUpTo = new HashMap<>();
  private int submitted;
  private int done;
  private int refused;

  synchronized void note(Promise promise) {
    promises.add(promise);
    switch (promise) {
      case Promise.Submitted _ -> submitted++;
      case Promise.Done _ -> done++;
      case Promise.Refused _ -> refused++;
      case Promise.Leased _, Promise.Ended _, Promise.Broken _ -> {}
    }
  }

  /// Takes over what processes have written since the last time. The last line of one that was
  /// killed may be torn: that caller has not heard the promise to its end.
  synchronized void read(List<Path> files) {
    files.forEach(this::read);
  }

  /// The promises from this number on.
  synchronized List<Promise> from(int number) {
    return List.copyOf(promises.subList(number, promises.size()));
  }

  synchronized int submitted() {
    return submitted;
  }

  synchronized int done() {
    return done;
  }

  synchronized int refused() {
    return refused;
  }

  private void read(Path file) {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
      long from = readUpTo.getOrDefault(file, 0L);
      bytes.seek(from);
      byte[] more = new byte[Math.toIntExact(bytes.length() - from)];
      bytes.readFully(more);
      String text = new String(more, StandardCharsets.ISO_8859_1);
      int end = text.lastIndexOf('\n') + 1;
      text.substring(0, end).lines().forEach(line -> Promise.parse(line).ifPresent(this::note));
      readUpTo.put(file, from + end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
