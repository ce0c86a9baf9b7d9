@NullMarked
package org.mycoswarm.sharding;

import org.jspecify.annotations.NullMarked;
