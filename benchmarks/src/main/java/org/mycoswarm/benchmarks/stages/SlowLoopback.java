package org.mycoswarm.benchmarks.stages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A network namespace with nothing but a loopback of its own, which can be made slow or lossy:
/// everything that programs in it say to each other passes there, both ways over the same device,
/// in packets as on a cable. Needs root.
public final class SlowLoopback implements AutoCloseable {
  private static final String IP = "/usr/sbin/ip";
  private static final String TC = "/usr/sbin/tc";
  private static final String NFT = "/usr/sbin/nft";

  private final String name = "mycobench" + ProcessHandle.current().pid();

  /// Why it cannot be made here; empty when it can.
  public static String obstacle() throws IOException, InterruptedException {
    for (String tool : List.of(IP, TC, NFT)) {
      if (!Files.isExecutable(Path.of(tool))) {
        return "there is no " + tool + " (Debian's packages iproute2 and nftables)";
      }
    }
    Process list = new ProcessBuilder(IP, "netns", "list").redirectErrorStream(true).start();
    byte[] _ = list.getInputStream().readAllBytes();
    boolean may = list.waitFor() == 0 && Files.isWritable(Path.of("/run"));
    return may ? "" : "making a network namespace needs root";
  }

  public SlowLoopback() throws IOException, InterruptedException {
    must(IP, "netns", "add", name);
    must(IP, "-n", name, "link", "set", "lo", "mtu", "1500", "gso_max_segs", "1");
    must(IP, "-n", name, "link", "set", "lo", "up");
  }

  /// What to put before a command so that it runs there.
  public List<String> prefix() {
    return List.of(IP, "netns", "exec", name);
  }

  /// So many Mbit a second for all together.
  public void limit(int megabits) throws IOException, InterruptedException {
    must(
        TC,
        "-n",
        name,
        "qdisc",
        "replace",
        "dev",
        "lo",
        "root",
        "tbf",
        "rate",
        megabits + "mbit",
        "burst",
        "32kb",
        "latency",
        "100ms");
  }

  public void unlimited() throws IOException, InterruptedException {
    must(TC, "-n", name, "qdisc", "del", "dev", "lo", "root");
  }

  /// So many of a hundred packets are lost.
  public void lose(int ofHundred) throws IOException, InterruptedException {
    nft("add table inet loss");
    nft("add chain inet loss in { type filter hook input priority 0; }");
    nft("add rule inet loss in numgen random mod 100 < " + ofHundred + " drop");
  }

  @Override
  public void close() throws IOException {
    try {
      must(IP, "netns", "del", name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void nft(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix());
    command.addAll(List.of(NFT, words));
    must(command.toArray(String[]::new));
  }

  private static void must(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("Expected %s to work, but: %s".formatted(List.of(command), said));
    }
  }
}
