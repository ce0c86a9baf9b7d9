package org.mycoswarm.dist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Two network namespaces joined by a cable: what is in one reaches what is in the other as over a
/// local network, and nothing else. Each also has a second interface that leads nowhere, as Docker
/// and VPNs make them. Needs root.
final class TwoMachines implements AutoCloseable {
  static final String BROKER_ADDRESS = "10.78.0.1";
  private static final String IP = "/usr/sbin/ip";
  private static final String NFT = "/usr/sbin/nft";

  private final String brokerSide;
  private final String nodeSide;

  /// Why these tests cannot run here; empty when they can.
  static String obstacle() throws IOException, InterruptedException {
    if (!Files.isExecutable(Path.of(IP))) {
      return "there is no " + IP + " (Debian's package iproute2)";
    }
    return run(List.of(IP, "netns", "list")) == 0 ? "" : "making network namespaces needs root";
  }

  TwoMachines() throws IOException, InterruptedException {
    String unique = Long.toString(ProcessHandle.current().pid(), 36);
    brokerSide = "myb" + unique;
    nodeSide = "myn" + unique;
    ip("netns", "add", brokerSide);
    ip("netns", "add", nodeSide);
    ip(
        "link",
        "add",
        "lan0",
        "netns",
        brokerSide,
        "type",
        "veth",
        "peer",
        "name",
        "lan0",
        "netns",
        nodeSide);
    furnish(brokerSide, BROKER_ADDRESS + "/24", "172.17.0.1/16");
    furnish(nodeSide, "10.78.0.2/24", "172.18.0.1/16");
  }

  /// What to put before a command so that it runs on the broker's machine.
  List<String> onBrokersMachine() {
    return List.of(IP, "netns", "exec", brokerSide);
  }

  List<String> onNodesMachine() {
    return List.of(IP, "netns", "exec", nodeSide);
  }

  /// Whether [#disturb] can work here.
  static boolean canDisturb() {
    return Files.isExecutable(Path.of(NFT));
  }

  /// From now on the broker's machine drops so many of a hundred packets on the cable, of those
  /// that come in and of those that go out.
  void disturb(int in, int out) throws IOException, InterruptedException {
    nft("flush ruleset");
    nft("add table inet cable");
    nft("add chain inet cable in { type filter hook input priority 0; }");
    nft("add chain inet cable out { type filter hook output priority 0; }");
    nft("add rule inet cable in iifname lan0" + dice(in) + " drop");
    nft("add rule inet cable out oifname lan0" + dice(out) + " drop");
  }

  private static String dice(int ofHundred) {
    return ofHundred == 100 ? "" : " numgen random mod 100 < " + ofHundred;
  }

  @Override
  public void close() {
    try {
      ip("netns", "del", brokerSide);
      ip("netns", "del", nodeSide);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("Expected to take the namespaces away", e);
    }
  }

  private static void furnish(String side, String address, String nowhere)
      throws IOException, InterruptedException {
    ip(
        "link", "add", "docker0", "netns", side, "type", "veth", "peer", "name", "end0", "netns",
        side);
    ip("-n", side, "addr", "add", nowhere, "dev", "docker0");
    ip("-n", side, "addr", "add", address, "dev", "lan0");
    for (String device : List.of("lo", "docker0", "end0", "lan0")) {
      ip("-n", side, "link", "set", device, "up");
    }
  }

  private void nft(String words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(onBrokersMachine());
    command.addAll(List.of(NFT, words));
    must(command);
  }

  private static void ip(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(IP));
    command.addAll(List.of(arguments));
    must(command);
  }

  private static void must(List<String> command) throws IOException, InterruptedException {
    if (run(command) != 0) {
      throw new IOException("Expected %s to work, but it did not".formatted(command));
    }
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    int code = process.waitFor();
    if (code != 0) {
      System.err.println(String.join(" ", command) + ": " + said);
    }
    return code;
  }
}
