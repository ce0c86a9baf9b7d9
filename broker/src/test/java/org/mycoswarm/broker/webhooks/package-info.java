@NullMarked
package org.mycoswarm.broker.webhooks;

import org.jspecify.annotations.NullMarked;
