@NullMarked
package org.mycoswarm.cli.folder;

import org.jspecify.annotations.NullMarked;
