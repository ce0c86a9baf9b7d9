@NullMarked
package org.mycoswarm.broker.schedules;

import org.jspecify.annotations.NullMarked;
