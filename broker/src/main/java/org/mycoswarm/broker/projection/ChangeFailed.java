package org.mycoswarm.broker.projection;

import java.sql.SQLException;

/// The database refused a statement of a transaction, which is rolled back.
final class ChangeFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  ChangeFailed(SQLException cause) {
    super(cause);
  }
}
