/// Tests of the load runs: the parts that decide, and one short run against real servers.
@NullMarked
package org.mycoswarm.benchmarks;

import org.jspecify.annotations.NullMarked;
