package org.mycoswarm.queue.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.log.EventCodec;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.LogRecord;

/// Mistakes to plant around the real parts, each of which somebody has made in a real queue. The
/// simulation must find every one of them, or it proves nothing by finding none.
enum Bug {
  NONE,

  ANSWER_BEFORE_SYNC {
    @Override
    EventLog log(EventLog honest, World world) {
      return new PlantedLogs.Lazy(honest);
    }
  },

  NON_ATOMIC_ENTRY {
    @Override
    byte @Nullable [] mended(byte[] torn, EventCodec codec) {
      LogPosition anywhere = new LogPosition(1);
      var entry = codec.decode(new LogRecord(anywhere, torn));
      List<Event> firstHalf = entry.events().subList(0, (entry.events().size() + 1) / 2);
      return codec.encode(entry.at(), entry.cause(), firstHalf);
    }
  },

  PROJECTION_AHEAD_OF_THE_LOG {
    @Override
    EventLog log(EventLog honest, World world) {
      return new PlantedLogs.Leaking(honest, world);
    }
  },

  LEASE_NOT_LOGGED {
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

  WALL_CLOCK_LEASE {
    @Override
    Clock clock(Clock steady, Clock wall) {
      return wall;
    }
  },

  NO_FENCING {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Unfenced(real);
    }
  },

  ATTEMPT_RESET_ON_RESTART {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Forgetful(real);
    }
  },

  SNAPSHOT_WITHOUT_A_FIELD {
    @Override
    List<StateImage> pieces(List<StateImage> honest) {
      return honest.stream().map(Bug::withoutFailures).toList();
    }
  },

  EVERYONE_IS_ONE_SUBMITTER {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Unfair(real);
    }
  },

  NO_AGEING {
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

  NO_IDEMPOTENCY {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Keyless(real);
    }
  },

  EARLY_EXPIRY_AFTER_A_PAUSE {
    @Override
    Core core(Core real, World world) {
      return new PlantedCores.Impatient(real, world);
    }
  };

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
