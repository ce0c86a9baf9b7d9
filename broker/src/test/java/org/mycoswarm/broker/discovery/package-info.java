@NullMarked
package org.mycoswarm.broker.discovery;

import org.jspecify.annotations.NullMarked;
