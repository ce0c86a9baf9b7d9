package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.mycoswarm.broker.collections.CollectionRefused.Cause;

/// Which folders of this machine may be indexed: what is indexed can be read by everybody who may
/// search.
///
/// @param roots only what lies in one of these
/// @param any every folder, whatever the roots say
public record FolderRule(List<Path> roots, boolean any) {
  /// Who reaches the broker works on this machine.
  public static final FolderRule ANY = new FolderRule(List.of(), true);

  /// @return the folder, without links
  /// @throws CollectionRefused when it may not be indexed, or is not there
  Path check(String folder) {
    Path path = path(folder);
    if (!path.isAbsolute()) {
      throw refused("Expected an absolute path of a folder, but it is '%s'".formatted(folder));
    }
    try {
      Path real = path.toRealPath();
      if (!Files.isDirectory(real)) {
        throw refused("Expected '%s' to be a folder, but it is none".formatted(folder));
      }
      if (!any && roots.stream().noneMatch(root -> lies(real, root))) {
        throw refused(
            "Expected a folder inside those that the broker was started with --index-root for, but '%s' is in none of them; whoever may search could read it. Start the broker with --index-root %s, or upload the folder"
                .formatted(folder, folder));
      }
      return real;
    } catch (IOException e) {
      throw refused(
          "Expected the folder '%s' on the broker's machine, but it is not there or may not be read"
              .formatted(folder));
    }
  }

  private static boolean lies(Path folder, Path root) {
    try {
      return folder.startsWith(root.toRealPath());
    } catch (IOException e) {
      return false; // a root that is not there holds nothing
    }
  }

  private static Path path(String folder) {
    try {
      return Path.of(folder);
    } catch (InvalidPathException e) {
      throw refused("Expected the path of a folder, but '%s' cannot be one".formatted(folder));
    }
  }

  private static CollectionRefused refused(String why) {
    return new CollectionRefused(Cause.FOLDER, why + "; nothing was changed");
  }
}
