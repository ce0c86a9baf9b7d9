package org.mycoswarm.cli.client;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// Finds the broker a command should talk to: the address it was given, else the run file of its
/// home. Asked again after every lost connection, because a restarted broker may have a new port.
public final class BrokerLocator {
  private final Path home;
  private final @Nullable URI fixed;
  private final Map<String, String> environment;

  public BrokerLocator(Path home, @Nullable URI fixed, Map<String, String> environment) {
    this.home = home;
    this.fixed = fixed;
    this.environment = environment;
  }

  public Path home() {
    return home;
  }

  /// @throws BrokerUnreachable when nothing says where a broker is
  public BrokerAddress locate() {
    if (fixed != null) {
      return new BrokerAddress(fixed, token());
    }
    return RunFile.read(home)
        .map(file -> new BrokerAddress(file.url(), token()))
        .orElseThrow(
            () ->
                new BrokerUnreachable(
                    "Expected a running broker to have left its address in '%s', but there is none. Start one with ./mycoswarm up, or name one with --broker URL."
                        .formatted(RunFile.in(home))));
  }

  /// The broker's own token file, then what a join text brought.
  private @Nullable String token() {
    String own = read("token");
    if (own != null) {
      return own;
    }
    String join = environment.get("MYCOSWARM_JOIN");
    if (join == null || join.isBlank()) {
      join = read("join");
    }
    return join == null ? null : tokenOf(join.strip());
  }

  private static String tokenOf(String join) {
    String[] parts = join.split("\\.", -1);
    if (parts.length != 3 || !parts[0].equals("myco1") || parts[2].isEmpty()) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "Expected a join text myco1.BROKER-ID.TOKEN in MYCOSWARM_JOIN or in the home's file 'join', but it has another form. Copy the whole line that `up --lan` printed.");
    }
    return parts[2];
  }

  private @Nullable String read(String name) {
    Path file = home.resolve(name);
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? null : text;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "Expected to read '%s', but that failed (%s). Check who owns it.".formatted(file, e));
    }
  }
}
