package org.mycoswarm.queue.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;
import org.mycoswarm.queue.simulation.Violation.Promise;

/// Mistakes to plant around the real parts, each of which somebody has made in a real queue. The
/// simulation must find every one of them, or it proves nothing by finding none.
enum Bug {
  NONE,

  ANSWER_BEFORE_SYNC(
      Promise.WHAT_WAS_ACKNOWLEDGED_IS_IN_THE_LOG,
      Promise.ONE_JOB_FOR_ONE_KEY,
      Promise.ONE_LEASE_OF_A_TASK_AT_A_TIME,
      Promise.A_LEASE_THAT_ENDED_IS_NOT_RENEWED) {
    @Override
    EventLog log(EventLog honest, World world) {
      return new PlantedLogs.Lazy(honest);
    }
  },

  NON_ATOMIC_ENTRY(
      Promise.AN_ENTRY_IS_WHOLE, Promise.THE_LOG_TELLS_ONE_STORY, Promise.EVERY_JOB_ENDS) {
    @Override
    byte @Nullable [] mended(byte[] torn, EventCodec codec) {
      LogPosition anywhere = new LogPosition(1);
      var entry = codec.decode(new LogRecord(anywhere, torn));
      List<Event> firstHalf = entry.events().subList(0, (entry.events().size() + 1) / 2);
      return codec.encode(entry.at(), entry.cause(), firstHalf);
    }
  },

  PROJECTION_AHEAD_OF_THE_LOG(Promise.A_FOLLOWER_IS_NEVER_AHEAD_OF_THE_LOG) {
    @Override
    EventLog log(EventLog honest, World world) {
      return new PlantedLogs.Leaking(honest, world);
    }
  },

  LEASE_NOT_LOGGED(Promise.THE_LOG_TELLS_ONE_STORY, Promise.REPLAY_GIVES_THE_LIVE_STATE) {
    @Override
    EventCodec codec(EventCodec honest) {
      return new PlantedCodec(honest) {
        @Override
        public byte[] encode(Instant at, CommandId cause, List<Event> events) {
          return super.encode(
              at, cause, events.stream().filter(e -> !(e instanceof Event.TaskLeased)).toList());
        }
      };
    }
  },

  WALL_CLOCK_LEASE(
      Promise.TIME_IN_THE_LOG_GOES_FORWARD,
      Promise.A_LEASE_RUNS_ITS_FULL_TIME,
      Promise.A_SILENT_NODE_LOSES_ITS_LEASE) {
    @Override
    Clock clock(Clock steady, Clock wall) {
      return wall;
    }
  },

  NO_FENCING(Promise.A_RESULT_IS_OF_THE_LEASE_IT_IS_LOGGED_FOR) {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Unfenced(real);
    }
  },

  ATTEMPT_RESET_ON_RESTART(
      Promise.A_RESULT_IS_OF_THE_LEASE_IT_IS_LOGGED_FOR,
      Promise.A_LEASE_THAT_ENDED_IS_NOT_RENEWED) {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Forgetful(real);
    }
  },

  SNAPSHOT_WITHOUT_A_FIELD(Promise.A_SNAPSHOT_AND_THE_TAIL_GIVE_THE_LIVE_STATE) {
    @Override
    List<StateImage> pieces(List<StateImage> honest) {
      return honest.stream().map(Bug::withoutFailures).toList();
    }
  },

  EVERYONE_IS_ONE_SUBMITTER(Promise.FAIR_SHARES) {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Unfair(real);
    }
  },

  NO_AGEING(Promise.NOTHING_STARVES) {
    @Override
    Limits limits(Limits honest) {
      return new Limits(
          honest.openTasksMax(),
          honest.tasksPerSubmissionMax(),
          honest.tasksPerResultMax(),
          honest.commandBytesMax(),
          honest.detailBytesMax(),
          honest.leasesPerNodeMax(),
          honest.attemptsMax(),
          honest.leaseSecondsMax(),
          honest.keysMax(),
          honest.buriedMax(),
          Duration.ofDays(1));
    }
  },

  NO_IDEMPOTENCY(Promise.ONE_JOB_FOR_ONE_KEY) {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Keyless(real);
    }
  },

  EARLY_EXPIRY_AFTER_A_RESTART(Promise.A_LEASE_RUNS_ITS_FULL_TIME) {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Impatient(real, world);
    }
  },

  PAUSE_COUNTS_AGAINST_LEASES(Promise.A_LEASE_RUNS_ITS_FULL_TIME) {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Sleepless(real, world);
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // a set that nothing can be added to
  private final Set<Promise> breaks;

  /// @param breaks what the simulation may find broken first
  Bug(Promise... breaks) {
    this.breaks = Set.of(breaks);
  }

  Set<Promise> breaks() {
    return breaks;
  }

  EventLog log(EventLog honest, World world) {
    return honest;
  }

  EventCodec codec(EventCodec honest) {
    return honest;
  }

  /// @param wall shows what somebody may have set
  Clock clock(Clock steady, Clock wall) {
    return steady;
  }

  Core core(Core real, World world) {
    return real;
  }

  Limits limits(Limits honest) {
    return honest;
  }

  /// What is written down of the state.
  List<StateImage> pieces(List<StateImage> honest) {
    return honest;
  }

  private static StateImage withoutFailures(StateImage piece) {
    return piece instanceof StateImage.TaskImage t
        ? new StateImage.TaskImage(
            t.task(),
            t.spec(),
            t.state(),
            t.attempt(),
            0,
            t.near(),
            t.missing(),
            t.until(),
            t.node(),
            t.reason(),
            t.waitsForAll())
        : piece;
  }

  /// What the log makes of a torn entry.
  byte @Nullable [] mended(byte[] torn, EventCodec codec) {
    return null;
  }
}
