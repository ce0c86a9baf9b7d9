@NullMarked
package org.mycoswarm.broker.server;

import org.jspecify.annotations.NullMarked;
