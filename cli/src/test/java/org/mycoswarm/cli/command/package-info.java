@NullMarked
package org.mycoswarm.cli.command;

import org.jspecify.annotations.NullMarked;
