/// Load runs against real processes over real HTTP. Nobody imports this module.
@NullMarked
package org.mycoswarm.benchmarks;

import org.jspecify.annotations.NullMarked;
