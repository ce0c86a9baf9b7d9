package org.mycoswarm.queue.domain;

class SpecsInMemoryTest extends SpecStoreContract {
  @Override
  protected SpecStore store() {
    return new SpecsInMemory();
  }
}
