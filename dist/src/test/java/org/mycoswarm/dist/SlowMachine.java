package org.mycoswarm.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A network namespace with nothing but a loopback of its own, which can be made slow or lossy:
/// everything that programs in it say to each other passes there, both ways over the same device.
/// Packets have the size of those on a cable. Needs root.
final class SlowMachine implements AutoCloseable {
  private static final String IP = "/usr/sbin/ip";
  private static final String TC = "/usr/sbin/tc";
  private static final String NFT = "/usr/sbin/nft";

  private final String name = "mys" + Long.toString(ProcessHandle.current().pid(), 36);
  private final Path folder;

  /// Why these tests cannot run here; empty when they can.
  static String obstacle() throws IOException, InterruptedException {
    for (String tool : List.of(TC, NFT)) {
      if (!Files.isExecutable(Path.of(tool))) {
        return "there is no " + tool + " (Debian's packages iproute2 and nftables)";
      }
    }
    return TwoMachines.obstacle();
  }

  /// @param folder for what the tools print
  SlowMachine(Path folder) {
    this.folder = folder;
    must(IP, "netns", "add", name);
    must(IP, "-n", name, "link", "set", "lo", "mtu", "1500", "gso_max_segs", "1");
    must(IP, "-n", name, "link", "set", "lo", "up");
  }

  /// What to put before a command so that it runs there.
  String[] prefix() {
    return new String[] {IP, "netns", "exec", name};
  }

  /// So many Mbit a second for all together.
  void limit(int megabits) {
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

  void unlimited() {
    must(TC, "-n", name, "qdisc", "del", "dev", "lo", "root");
  }

  /// So many of a hundred packets are lost.
  void lose(int ofHundred) {
    nft("flush ruleset");
    nft("add table inet loss");
    nft("add chain inet loss in { type filter hook input priority 0; }");
    nft("add rule inet loss in numgen random mod 100 < " + ofHundred + " drop");
  }

  @Override
  public void close() {
    must(IP, "netns", "del", name);
  }

  private void nft(String words) {
    List<String> command = new ArrayList<>(List.of(prefix()));
    command.addAll(List.of(NFT, words));
    must(command.toArray(String[]::new));
  }

  private void must(String... command) {
    CommandRun run = CommandRun.of(List.of(command), Map.of(), folder);
    if (run.exit() != 0) {
      throw new IllegalStateException(
          "Expected %s to work, but: %s".formatted(List.of(command), run.all()));
    }
  }
}
