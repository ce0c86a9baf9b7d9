/// Tells programs elsewhere what happened, signed by the scheme of Standard Webhooks.
@NullMarked
package org.mycoswarm.broker.webhooks;

import org.jspecify.annotations.NullMarked;
