/// The log as tables to ask: H2 through Jdbi, which only this package imports. The tables are never
/// the truth: a file that is missing or wrong is set aside and rebuilt from the log.
@NullMarked
package org.mycoswarm.broker.projection;

import org.jspecify.annotations.NullMarked;
