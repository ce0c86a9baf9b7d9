@NullMarked
package org.mycoswarm.broker.projection;

import org.jspecify.annotations.NullMarked;
