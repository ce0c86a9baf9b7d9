@NullMarked
package org.mycoswarm.queue;

import org.jspecify.annotations.NullMarked;
