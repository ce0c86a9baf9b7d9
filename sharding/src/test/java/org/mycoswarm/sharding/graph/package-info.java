@NullMarked
package org.mycoswarm.sharding.graph;

import org.jspecify.annotations.NullMarked;
