/// What a job made, put together from the tables and the blobs while it is being sent: only one
/// task's part is in memory at a time.
@NullMarked
package org.mycoswarm.broker.results;

import org.jspecify.annotations.NullMarked;
