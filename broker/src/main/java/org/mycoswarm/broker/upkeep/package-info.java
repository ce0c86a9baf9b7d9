/// Keeps what the broker has on disk small and its next start short: snapshots, dropped history,
/// forgotten jobs, room.
@NullMarked
package org.mycoswarm.broker.upkeep;

import org.jspecify.annotations.NullMarked;
