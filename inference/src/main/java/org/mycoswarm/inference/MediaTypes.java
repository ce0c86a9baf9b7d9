package org.mycoswarm.inference;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What kind of text a file holds, by its name and its first line.
final class MediaTypes {
  static final String PLAIN = "text/plain";
  static final String MARKDOWN = "text/markdown";
  static final String HTML = "text/html";

  /// A text whose lines mean something, such as source code or a log.
  static final String SOURCE = "text/x-source";

  private static final Map<String, String> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("md", MARKDOWN),
          Map.entry("markdown", MARKDOWN),
          Map.entry("mdown", MARKDOWN),
          Map.entry("html", HTML),
          Map.entry("htm", HTML),
          Map.entry("xhtml", HTML),
          Map.entry("csv", "text/csv"),
          Map.entry("tsv", "text/csv"),
          Map.entry("json", "application/json"),
          Map.entry("jsonl", "application/json"),
          Map.entry("ndjson", "application/json"),
          Map.entry("xml", "application/xml"),
          Map.entry("svg", "application/xml"));

  private static final Set<String> SOURCES =
      Set.of(
          "bash",
          "bat",
          "c",
          "cc",
          "cfg",
          "clj",
          "conf",
          "cpp",
          "cs",
          "css",
          "cxx",
          "dart",
          "el",
          "ex",
          "exs",
          "go",
          "gradle",
          "groovy",
          "h",
          "hh",
          "hpp",
          "hs",
          "ini",
          "java",
          "jl",
          "js",
          "jsx",
          "kt",
          "kts",
          "lisp",
          "log",
          "lua",
          "m",
          "mjs",
          "ml",
          "php",
          "pl",
          "pm",
          "properties",
          "proto",
          "ps1",
          "py",
          "r",
          "rb",
          "rs",
          "scala",
          "sh",
          "sql",
          "swift",
          "tex",
          "toml",
          "ts",
          "tsx",
          "vue",
          "yaml",
          "yml",
          "zig");

  private static final Pattern HTML_START =
      Pattern.compile(
          "\\s*(<\\?xml[^>]*>\\s*)?(<!--.{0,2000}?-->\\s*)?<(!doctype\\s+html|html)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private MediaTypes() {}

  static String of(String path, String text) {
    String extension = extension(path);
    String known = BY_EXTENSION.get(extension);
    if (known != null && !known.equals("application/xml")) {
      return known;
    }
    if (SOURCES.contains(extension)) {
      return SOURCE;
    }
    if (HTML_START.matcher(text.substring(0, Math.min(text.length(), 4096))).matches()) {
      return HTML;
    }
    return known == null ? PLAIN : known;
  }

  /// What follows the last dot of the file's name, in lower case; empty if there is none.
  static String extension(String path) {
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
