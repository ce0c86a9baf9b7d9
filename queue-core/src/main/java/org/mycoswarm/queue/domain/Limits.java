package org.mycoswarm.queue.domain;

import java.time.Duration;

/// What the queue holds and takes at most. Over a limit is a [Rejection], never an accident.
///
/// @param openTasksMax tasks that have not ended, over all jobs
/// @param tasksPerSubmissionMax tasks in one submission
/// @param tasksPerResultMax tasks that one result may ask for
/// @param commandBytesMax payloads, labels and details of one command, in bytes; one command is one
///     entry of the log
/// @param detailBytesMax the detail of one result, in bytes
/// @param leasesPerNodeMax tasks that one node holds at a time
/// @param attemptsMax the largest `attemptsMax` a task may ask for
/// @param leaseSecondsMax the longest lease time a task may ask for
/// @param keysMax Idempotency-Keys remembered; the oldest are forgotten first
/// @param buriedMax buried tasks kept of jobs that have finished; the oldest jobs are let go first
/// @param ageingStep how long a priority gets nothing before it counts as one higher
/// @param records how many of them, and how large
public record Limits(
    int openTasksMax,
    int tasksPerSubmissionMax,
    int tasksPerResultMax,
    int commandBytesMax,
    int detailBytesMax,
    int leasesPerNodeMax,
    int attemptsMax,
    int leaseSecondsMax,
    int keysMax,
    int buriedMax,
    Duration ageingStep,
    Records records) {
  /// They are all in memory, and whole in every snapshot.
  ///
  /// @param max records over all spaces
  /// @param bytesMax one record's JSON and the names of its blobs, in bytes
  /// @param allBytesMax all records together, in bytes
  public record Records(int max, int bytesMax, long allBytesMax) {
    public static final Records DEFAULT = new Records(10_000, 64 << 10, 64L << 20);
  }

  public static final Limits DEFAULT =
      new Limits(
          1_000_000,
          20_000,
          10_000,
          16 << 20,
          16 << 10,
          256,
          20,
          3_600,
          100_000,
          100_000,
          Duration.ofSeconds(5),
          Records.DEFAULT);

  /// With the usual limits of records.
  public Limits(
      int openTasksMax,
      int tasksPerSubmissionMax,
      int tasksPerResultMax,
      int commandBytesMax,
      int detailBytesMax,
      int leasesPerNodeMax,
      int attemptsMax,
      int leaseSecondsMax,
      int keysMax,
      int buriedMax,
      Duration ageingStep) {
    this(
        openTasksMax,
        tasksPerSubmissionMax,
        tasksPerResultMax,
        commandBytesMax,
        detailBytesMax,
        leasesPerNodeMax,
        attemptsMax,
        leaseSecondsMax,
        keysMax,
        buriedMax,
        ageingStep,
        Records.DEFAULT);
  }
}
