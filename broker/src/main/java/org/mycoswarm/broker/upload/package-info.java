/// Turns an uploaded archive into blobs. Whoever sends one may be careless or hostile: everything
/// is bounded by what was really read, and no name in it ever becomes a path on this machine.
@NullMarked
package org.mycoswarm.broker.upload;

import org.jspecify.annotations.NullMarked;
