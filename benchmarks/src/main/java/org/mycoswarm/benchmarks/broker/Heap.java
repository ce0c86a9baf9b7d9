package org.mycoswarm.benchmarks.broker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much memory a broker uses.
final class Heap {
  private static final Pattern USED =
      Pattern.compile("(?m)^ *(?!Metaspace|class).*\\bused (\\d+)K");
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private Heap() {}

  /// What is reachable: the heap in use after a full collection, in megabytes.
  static double liveMegabytes(RunningBroker broker) throws IOException {
    jcmd(broker, "GC.run");
    String info = jcmd(broker, "GC.heap_info");
    Matcher used = USED.matcher(info);
    double kilobytes = 0;
    while (used.find()) {
      kilobytes += Double.parseDouble(used.group(1));
    }
    if (kilobytes == 0) {
      throw new IOException("Expected jcmd to tell the heap in use, but it printed: " + info);
    }
    return kilobytes / 1024;
  }

  /// What the process has of the machine's memory, in megabytes.
  static double residentMegabytes(RunningBroker broker) throws IOException {
    Path status = Path.of("/proc", Long.toString(broker.process().pid()), "status");
    Matcher resident = RESIDENT.matcher(Files.readString(status));
    return resident.find() ? Double.parseDouble(resident.group(1)) / 1024 : Double.NaN;
  }

  private static String jcmd(RunningBroker broker, String command) throws IOException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(jcmd.toString(), Long.toString(broker.process().pid()), command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
