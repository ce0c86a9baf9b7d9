@NullMarked
package org.mycoswarm.sharding.plan;

import org.jspecify.annotations.NullMarked;
