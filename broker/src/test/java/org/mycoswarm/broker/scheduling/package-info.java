@NullMarked
package org.mycoswarm.broker.scheduling;

import org.jspecify.annotations.NullMarked;
