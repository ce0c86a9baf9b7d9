package org.mycoswarm.cli.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/// The version in our jar's manifest.
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"mycoswarm " + (version == null ? "(not packaged)" : version)};
  }
}
