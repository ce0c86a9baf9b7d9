/// Our broker as a contender: its process, and the leanest client of its public interface.
@NullMarked
package org.mycoswarm.benchmarks.broker;

import org.jspecify.annotations.NullMarked;
