# The developer's wishes, by name. Each is one command that can be typed by hand as well.
.PHONY: help check test soak format bench-peers bench-embed bench-night bench-search bench-shard demo clean
# google-java-format runs on the JDK that Maven itself runs on, and needs a new one.
jdk25 = JAVA_HOME="$$(./mycoswarm --print-jdk)"

help: ## lists these
	@sed -n 's/^\([a-z-]*\):.*## /  make \1  /p' Makefile | expand -t 21

check: ## builds everything and runs every test (what has to pass before a change lands)
	mvn -B verify

test: ## runs the unit tests alone
	mvn -B test

# Minutes of simulation: make soak minutes=480
minutes = 60
soak: ## runs the long form of every proof (docs/reference/proofs.md), some hours
	mvn -B test -pl queue-core -am -Dtest='SimulationTest,PowerCutTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dsimulation.minutes=$(minutes) -Dpowercuts=500
	mvn -B test -pl sharding -am -Dtest='LargeModelTest,BentModelTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dlarge.layers=60 -Dbent.models=20000
	mvn -B test -pl search -am -Dtest=RetrievalGateTest -Dsurefire.failIfNoSpecifiedTests=false -Dmycoswarm.fp32=true
	mvn -B verify -pl dist -am -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dit.test='CrashIT,CollectionKilledIT,ManyNodesIT,ShardIT,FrozenIT,SamePidIT,BadRoadIT,BadCableIT' -Dcrash.rounds=1000 -Dindex.kills=200 -Dbatch.lines=50000 -Dshard.kills=100 -Dfrozen.rounds=200 \
	  -Dsamepid.rounds=100 -Dbadroad.rounds=200 -Dbadcable.rounds=100

format: ## formats every Java file
	$(jdk25) mvn -B -q spotless:apply

# Another run: make bench-peers args='--rounds 2 --seconds 1 --only mycoSwarm|Redis'. A quiet machine, or the figures say nothing.
bench-peers: ## installs other queues, measures them beside ours, writes docs/performance.md
	./benchmarks/peers/install.sh benchmarks/target/peers/bullmq
	$(jdk25) mvn -B -q -DskipTests -Dspotless.check.skip=true package
	./mycoswarm --rehearse
	"$$(./mycoswarm --print-jdk)/bin/java" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	  org.mycoswarm.benchmarks.PeersBench $(args)

# Documents of Debian packages, which are unpacked and not installed (153 MB to download).
documents = benchmarks/target/documents
bench-night: ## measures nights of indexing: beside bare ONNX Runtime, nothing changed, how true the end is told
	./benchmarks/peers/documents.sh $(documents)
	$(jdk25) mvn -B -q -DskipTests -Dspotless.check.skip=true package
	for part in 'throughput $(documents)/mixed 3 60' 'nights $(documents)/linux' 'nights $(documents)/mixed' 'real $(documents)/mixed 12'; do \
	  "$$(./mycoswarm --print-jdk)/bin/java" --enable-native-access=ALL-UNNAMED -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	    org.mycoswarm.benchmarks.night.NightBench dist/target/mycoswarm/lib dist/target/mycoswarm/models $$part || exit 1; \
	done

bench-embed: ## measures how fast one node and two embed a folder, and texts beside naive batches
	$(jdk25) mvn -B -q -DskipTests -Dspotless.check.skip=true package
	"$$(./mycoswarm --print-jdk)/bin/java" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	  org.mycoswarm.benchmarks.EmbedBench dist/target/mycoswarm/lib dist/target/mycoswarm/models
	"$$(./mycoswarm --print-jdk)/bin/java" --enable-native-access=ALL-UNNAMED -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	  org.mycoswarm.benchmarks.TextsBench dist/target/mycoswarm/lib dist/target/mycoswarm/models

bench-search: ## measures how long a search takes among 100,000 chunks, and what the graph misses
	$(jdk25) mvn -B -q -DskipTests -Dspotless.check.skip=true package
	"$$(./mycoswarm --print-jdk)/bin/java" --add-modules=jdk.incubator.vector -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	  org.mycoswarm.benchmarks.search.SearchBench benchmarks/target/search-index

bench-shard: ## measures what lies between the stages of a model that is cut, also on slow networks
	$(jdk25) mvn -B -q -DskipTests -Dspotless.check.skip=true package
	"$$(./mycoswarm --print-jdk)/bin/java" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	  org.mycoswarm.benchmarks.ShardBench dist/target/mycoswarm/lib docs/images/stages.svg
	"$$(./mycoswarm --print-jdk)/bin/java" -cp "benchmarks/target/classes:benchmarks/target/lib/*" \
	  org.mycoswarm.benchmarks.NetworkBench dist/target/mycoswarm/lib

demo: ## the main job, start to end, on this project's own docs
	./mycoswarm demo

clean: ## removes what was built
	mvn -B -q clean
