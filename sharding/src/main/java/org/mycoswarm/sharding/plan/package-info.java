/// Which node takes which part of a model, and how fast that will be.
@NullMarked
package org.mycoswarm.sharding.plan;

import org.jspecify.annotations.NullMarked;
