@NullMarked
package org.mycoswarm.cli.client;

import org.jspecify.annotations.NullMarked;
