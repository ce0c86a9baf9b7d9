/// How a model that no single node can hold is cut, planned and carried between nodes: what crosses
/// a cut (`frame`), where a graph can be cut (`graph`), which node takes which part (`plan`). No
/// network, no ONNX Runtime, no JSON: the broker and the nodes both use it, and neither needs the
/// other's libraries for it.
@NullMarked
package org.mycoswarm.sharding;

import org.jspecify.annotations.NullMarked;
