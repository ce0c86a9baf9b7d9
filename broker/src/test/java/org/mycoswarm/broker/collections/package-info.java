@NullMarked
package org.mycoswarm.broker.collections;

import org.jspecify.annotations.NullMarked;
