package org.mycoswarm.cli.client;

import java.time.Duration;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.wire.Problem;

/// The broker answered with a problem document.
public final class BrokerRefused extends CommandFailed {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;
  private final transient Duration retryAfter;

  /// @param retryAfter when the broker asks to be asked again; zero when it does not say
  BrokerRefused(Problem problem, Duration retryAfter) {
    super(exitCode(problem.status()), problem.detail());
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /// Whether the same call may succeed later: the broker cannot answer now, or has too much to do.
  boolean mayPass() {
    return problem.status() == 503 || word().equals("overloaded");
  }

  Duration retryAfter() {
    return retryAfter;
  }

  public int status() {
    return problem.status();
  }

  /// The last word of the problem's type, such as `job-running`.
  public String word() {
    return problem.type().substring(problem.type().lastIndexOf(':') + 1);
  }

  private static ExitCode exitCode(int status) {
    return switch (status) {
      case 404 -> ExitCode.NOT_FOUND;
      case 503 -> ExitCode.REFUSED;
      default -> status < 500 ? ExitCode.REFUSED : ExitCode.INTERNAL;
    };
  }
}
