/// Drives the page in a real browser, against a small server that answers like the broker.
@NullMarked
package org.mycoswarm.console;

import org.jspecify.annotations.NullMarked;
