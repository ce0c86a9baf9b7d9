@NullMarked
package org.mycoswarm.sharding.frame;

import org.jspecify.annotations.NullMarked;
