package org.mycoswarm.broker.api;

import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.schema.wire.LimitsView;

/// What one call may carry, beside what the queue itself allows ([Limits]).
///
/// @param blobBytesMax of one blob, such as the weights of a model
/// @param documentBytesMax of one document of a folder, or one file of a batch; a larger one is
///     left
///     out
/// @param uploadBytesMax of one archive's files together, unpacked
/// @param uploadFilesMax in one archive
/// @param jsonBytesMax of a JSON body
/// @param bulkLinesMax lines of one bulk submission, empty ones counted
/// @param bulkChunksMax jobs that one bulk submission makes
/// @param pageItemsMax in one page of a listing
/// @param pollSecondsMax how long a call for work may wait
/// @param eventStreamsMax that are open at a time
public record HttpLimits(
    long blobBytesMax,
    long documentBytesMax,
    long uploadBytesMax,
    int uploadFilesMax,
    int jsonBytesMax,
    int bulkLinesMax,
    int bulkChunksMax,
    int pageItemsMax,
    int pollSecondsMax,
    int eventStreamsMax) {
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          64L << 30, 256L << 20, 4L << 30, 20_000, 8 << 20, 1_000_000, 10_000, 500, 30, 200);

  LimitsView with(Limits queue) {
    return new LimitsView(
        blobBytesMax,
        documentBytesMax,
        uploadBytesMax,
        uploadFilesMax,
        jsonBytesMax,
        queue.openTasksMax(),
        queue.tasksPerSubmissionMax(),
        bulkLinesMax,
        bulkChunksMax,
        queue.tasksPerResultMax(),
        queue.commandBytesMax(),
        queue.detailBytesMax(),
        queue.leasesPerNodeMax(),
        queue.attemptsMax(),
        queue.leaseSecondsMax(),
        pageItemsMax,
        pollSecondsMax,
        eventStreamsMax,
        queue.keysMax(),
        queue.buriedMax(),
        queue.ageingStep().toMillis() / 1_000.0,
        queue.records().max(),
        queue.records().bytesMax(),
        queue.records().allBytesMax());
  }
}
