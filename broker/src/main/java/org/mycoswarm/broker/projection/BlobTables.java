package org.mycoswarm.broker.projection;

import java.util.HexFormat;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.LogPosition;

/// Asks the tables who refers to a blob. Thread-safe.
public final class BlobTables {
  private final Tables tables;

  public BlobTables(Tables tables) {
    this.tables = tables;
  }

  /// Whether any job refers to the blob, according to tables that have seen at least the entry at
  /// `atLeast`: tables that have seen less must not be asked, because what they do not know would
  /// be deleted.
  ///
  /// @throws IllegalStateException when the tables have not seen that entry
  /// @throws TablesUnavailable while the tables are being replaced
  public boolean isReferredTo(BlobHash blob, LogPosition atLeast) {
    return tables.read(
        handle -> {
          long seen = Database.position(handle);
          if (seen < atLeast.value()) {
            throw new IllegalStateException(
                "Expected tables that have seen entry %s, but they have seen %d; no blob is collected now"
                    .formatted(atLeast, seen));
          }
          return handle
                  .createQuery("select count(*) from blob_refs where hash = :hash")
                  .bind("hash", HexFormat.of().parseHex(blob.hex()))
                  .mapTo(Integer.class)
                  .one()
              > 0;
        });
  }
}
