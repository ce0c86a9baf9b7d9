@NullMarked
package org.mycoswarm.broker;

import org.jspecify.annotations.NullMarked;
