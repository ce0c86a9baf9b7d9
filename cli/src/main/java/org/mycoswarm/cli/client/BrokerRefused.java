package org.mycoswarm.cli.client;

import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.wire.Problem;

/// The broker answered with a problem document.
public final class BrokerRefused extends CommandFailed {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  BrokerRefused(Problem problem) {
    super(exitCode(problem.status()), problem.detail());
    this.problem = problem;
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
