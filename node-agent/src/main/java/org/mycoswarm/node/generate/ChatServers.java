package org.mycoswarm.node.generate;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mycoswarm.node.generate.ChatServer.Offer;

/// The servers beside this node, and which of their models proved to answer. Any thread.
public final class ChatServers implements AutoCloseable {
  /// A model and who has it.
  public record Served(ChatServer server, Offer offer) {}

  private final List<ChatServer> servers;
  private final Duration lookTime;
  private final Map<String, Served> proved = new ConcurrentHashMap<>();
  private long looked = System.nanoTime();
  private List<String> seen = List.of();
  private boolean looking;

  /// @param lookTime how often [#changed] asks the servers at most
  public ChatServers(ChatServerSettings settings, Duration lookTime) {
    this.servers = settings.servers();
    this.lookTime = lookTime;
  }

  public List<ChatServer> all() {
    return servers;
  }

  /// A model that answered.
  public Optional<Served> find(String digest) {
    return Optional.ofNullable(proved.get(digest));
  }

  /// These models answer, and no others.
  public void prove(Map<String, Served> now) {
    proved.keySet().retainAll(now.keySet());
    proved.putAll(now);
  }

  /// Whether a server came, went, or has other models than before. Asks them, but not often. One
  /// thread at a time.
  public boolean changed() throws InterruptedException {
    if (servers.isEmpty() || System.nanoTime() - looked < lookTime.toNanos()) {
      return false;
    }
    List<String> now = new ArrayList<>();
    for (ChatServer server : servers) {
      try {
        server.offers().forEach(offer -> now.add(offer.toString()));
      } catch (IOException e) {
        now.add(server.kind() + " is not there");
      }
    }
    looked = System.nanoTime();
    boolean changed = looking && !now.equals(seen);
    looking = true; // the first look has nothing to compare with
    seen = now;
    return changed;
  }

  @Override
  public void close() {
    servers.forEach(ChatServer::close);
  }
}
