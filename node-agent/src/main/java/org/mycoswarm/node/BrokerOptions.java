package org.mycoswarm.node;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.discovery.Credentials;
import org.mycoswarm.node.discovery.JoinText;
import picocli.CommandLine.Option;

/// What every command that looks for a broker can be told.
final class BrokerOptions {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description =
          "Folder in which this node keeps what it must remember. Default: MYCOSWARM_HOME, or"
              + " ~/.mycoswarm.")
  @Nullable Path home;

  @Option(
      names = "--broker",
      paramLabel = "URL",
      description =
          "Address of the broker, such as http://10.0.0.5:6926. Nothing else is tried then.")
  @Nullable URI broker;

  @Option(
      names = "--broker-home",
      paramLabel = "DIR",
      description =
          "Home of a broker on this machine, where it writes run/broker.json. Default: this node's"
              + " home.")
  @Nullable Path brokerHome;

  NodeHome nodeHome() {
    if (home != null) {
      return new NodeHome(home.toAbsolutePath());
    }
    String named = System.getenv("MYCOSWARM_HOME");
    Path folder =
        named == null || named.isBlank()
            ? Path.of(System.getProperty("user.home"), ".mycoswarm")
            : Path.of(named);
    return new NodeHome(folder.toAbsolutePath());
  }

  NodeHome brokerHome() {
    return brokerHome == null ? nodeHome() : new NodeHome(brokerHome.toAbsolutePath());
  }

  @Nullable URI broker() {
    if (broker != null && (broker.getHost() == null || !"http".equals(broker.getScheme()))) {
      throw new Refused(
          "Expected --broker to be an address such as http://10.0.0.5:6926, but it is '%s'"
              .formatted(broker));
    }
    return broker;
  }

  /// From the environment, else from this node's home, else the token of a broker that shares its
  /// home with us. Never from the command line, where every user of the machine could read it.
  Credentials credentials() throws IOException {
    String given = System.getenv("MYCOSWARM_JOIN");
    if (given != null && !given.isBlank()) {
      JoinText join = JoinText.parse(given);
      nodeHome().keepJoin(join);
      return Credentials.of(join);
    }
    var kept = nodeHome().join();
    return kept.isPresent()
        ? Credentials.of(kept.get())
        : new Credentials(null, brokerHome().token().orElse(null));
  }
}
