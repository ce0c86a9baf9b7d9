/// The index of one generation of a collection: documents with their passages and vectors, and how
/// they are found. [VectorIndex] is the port; adapters keep it in a folder ([LuceneIndex]) or in a
/// database. Knows nothing of the swarm: whoever fills it brings the vectors.
@NullMarked
package org.mycoswarm.search;

import org.jspecify.annotations.NullMarked;
