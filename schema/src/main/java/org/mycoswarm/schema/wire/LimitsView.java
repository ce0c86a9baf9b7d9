package org.mycoswarm.schema.wire;

/// Answer to `GET /api/v1/limits`: what one call may carry.
public record LimitsView(
    long blobBytesMax,
    long uploadBytesMax,
    int uploadFilesMax,
    long jsonBytesMax,
    int openTasksMax,
    int tasksPerSubmissionMax,
    int tasksPerResultMax,
    int commandBytesMax,
    int detailBytesMax,
    int leasesPerNodeMax,
    int attemptsMax,
    int leaseSecondsMax,
    int pageItemsMax,
    int pollSecondsMax,
    int eventStreamsMax) {}
