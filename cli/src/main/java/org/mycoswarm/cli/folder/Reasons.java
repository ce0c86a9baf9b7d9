package org.mycoswarm.cli.folder;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// Why a file was left out, in words for the report.
final class Reasons {
  private Reasons() {}

  static String unreadable(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "deleted before it could be read";
      case AccessDeniedException e -> "not readable: permission denied";
      case FileSystemException e when e.getReason() != null -> "not readable: " + e.getReason();
      default -> "not readable: " + failure.getMessage();
    };
  }
}
