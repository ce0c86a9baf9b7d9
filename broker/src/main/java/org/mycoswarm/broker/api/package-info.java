@NullMarked
package org.mycoswarm.broker.api;

import org.jspecify.annotations.NullMarked;
