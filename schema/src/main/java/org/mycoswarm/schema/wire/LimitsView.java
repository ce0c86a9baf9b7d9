package org.mycoswarm.schema.wire;

/// Answer to `GET /api/v1/limits`: what one call may carry, and what the queue holds.
///
/// @param documentBytesMax of one document of a folder, or one file of a batch; a larger one is
///     left
///     out
/// @param jsonBytesMax of a JSON body, and of one chunk of a bulk submission
/// @param tasksPerSubmissionMax in one job as it is submitted, and in one chunk of a bulk
///     submission
/// @param bulkLinesMax lines of one bulk submission, empty ones counted
/// @param bulkChunksMax jobs that one bulk submission makes
/// @param keysMax Idempotency-Keys that are remembered; the oldest are forgotten first
/// @param buriedMax buried tasks of finished jobs that can still be revived; the oldest are let go
///     first
/// @param ageingSeconds how long a priority gets nothing before it counts as one higher
/// @param recordsMax collections, schedules, files and whatever else the broker remembers, together
/// @param recordBytesMax of one of them
/// @param recordsBytesMax of all of them
public record LimitsView(
    long blobBytesMax,
    long documentBytesMax,
    long uploadBytesMax,
    int uploadFilesMax,
    long jsonBytesMax,
    int openTasksMax,
    int tasksPerSubmissionMax,
    int bulkLinesMax,
    int bulkChunksMax,
    int tasksPerResultMax,
    int commandBytesMax,
    int detailBytesMax,
    int leasesPerNodeMax,
    int attemptsMax,
    int leaseSecondsMax,
    int pageItemsMax,
    int pollSecondsMax,
    int eventStreamsMax,
    int keysMax,
    int buriedMax,
    double ageingSeconds,
    int recordsMax,
    int recordBytesMax,
    long recordsBytesMax) {}
