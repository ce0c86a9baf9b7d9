/// What happens by the clock, or when a folder changes: schedules, their runs, and the thread that
/// looks at them.
@NullMarked
package org.mycoswarm.broker.schedules;

import org.jspecify.annotations.NullMarked;
