# The developer's wishes, by name. Each is one command that can be typed by hand as well.
.PHONY: help check test format bench demo clean
# google-java-format runs on the JDK that Maven itself runs on, and needs a new one.
jdk25 = JAVA_HOME="$$(./mycoswarm --print-jdk)"

help: ## lists these
	@sed -n 's/^\([a-z]*\):.*## /  make \1  /p' Makefile | expand -t 14

check: ## builds everything and runs every test (what has to pass before a change lands)
	mvn -B verify

test: ## runs the unit tests alone
	mvn -B test

format: ## formats every Java file
	$(jdk25) mvn -B -q spotless:apply

bench: ## measures: submit, lease, replay, embed
	./mycoswarm bench

demo: ## the main job, start to end, on this project's own docs
	./mycoswarm demo

clean: ## removes what was built
	mvn -B -q clean
