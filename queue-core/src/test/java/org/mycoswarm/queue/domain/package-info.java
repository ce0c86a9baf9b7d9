@NullMarked
package org.mycoswarm.queue.domain;

import org.jspecify.annotations.NullMarked;
