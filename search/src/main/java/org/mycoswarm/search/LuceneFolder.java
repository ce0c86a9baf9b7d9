package org.mycoswarm.search;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;

/// Whether a folder is one that an index may be opened in.
final class LuceneFolder {
  private LuceneFolder() {}

  /// The folder, made if it is missing and looked through if it is not.
  static Directory open(Path folder, IndexSettings settings) throws IOException {
    Files.createDirectories(folder);
    Directory directory = FSDirectory.open(folder);
    try {
      if (holdsCommit(directory)) {
        check(folder, directory, settings);
      } else {
        refuseForeign(folder, directory);
      }
      return directory;
    } catch (IOException | RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  static IndexWriter writer(Path folder, Directory directory, IndexWriterConfig configuration)
      throws IOException {
    try {
      return new IndexWriter(directory, configuration);
    } catch (LockObtainFailedException e) {
      throw new IndexUnusable(
          "Expected to be the only one that has the index in '%s' open, but it is open already; close it there first"
              .formatted(folder),
          e);
    }
  }

  static boolean holdsCommit(Directory directory) throws IOException {
    return DirectoryReader.indexExists(directory);
  }

  /// The note of a commit, and what the index is of.
  static Map<String, String> commitData(IndexSettings settings, Map<String, String> note) {
    Map<String, String> data = new HashMap<>(note);
    settings.facts().forEach((name, value) -> data.put(LuceneIndex.OURS + name, value));
    return data;
  }

  private static void check(Path folder, Directory directory, IndexSettings settings)
      throws IOException {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      Map<String, String> facts = new HashMap<>();
      for (Map.Entry<String, String> fact : reader.getIndexCommit().getUserData().entrySet()) {
        if (fact.getKey().startsWith(LuceneIndex.OURS)) {
          facts.put(fact.getKey().substring(LuceneIndex.OURS.length()), fact.getValue());
        }
      }
      settings.check(facts, folder.toString());
      for (LeafReaderContext leaf : reader.leaves()) {
        leaf.reader().checkIntegrity();
      }
    } catch (CorruptIndexException
        | IndexFormatTooNewException
        | IndexFormatTooOldException
        | EOFException
        | FileNotFoundException
        | NoSuchFileException e) {
      throw damaged(folder, e);
    }
  }

  /// A start that was killed leaves a lock and perhaps a first commit that never was one; anything
  /// else is not ours, or was an index.
  private static void refuseForeign(Path folder, Directory directory) throws IOException {
    String[] foreign =
        Arrays.stream(directory.listAll())
            .filter(name -> !name.equals(IndexWriter.WRITE_LOCK_NAME))
            .filter(name -> !name.startsWith("pending_segments"))
            .toArray(String[]::new);
    if (foreign.length > 0) {
      throw new IndexUnusable(
          "Expected an index or an empty folder in '%s', but it holds '%s' and no commit; nothing was changed. Remove the folder and build the index anew"
              .formatted(folder, foreign[0]),
          null);
    }
  }

  private static IndexUnusable damaged(Path folder, IOException cause) {
    return new IndexUnusable(
        "Expected the index in '%s' as it was written, but it is damaged: %s; remove the folder and build the index anew"
            .formatted(folder, cause.getMessage()),
        cause);
  }
}
