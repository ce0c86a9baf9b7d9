/// Models that run over several nodes: which node is which stage, what is sent to each, and how a
/// lost stage is made good.
@NullMarked
package org.mycoswarm.broker.pipelines;

import org.jspecify.annotations.NullMarked;
