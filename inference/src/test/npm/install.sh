#!/bin/sh
# Installs Hugging Face's library for Node.js beside its script in the folder $1, at the versions of package-lock.json, for
# the test that compares vectors: sh inference/src/test/npm/install.sh inference/target/npm
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
mkdir -p "$1"
cp "$here/package.json" "$here/package-lock.json" "$here/embed.mjs" "$1/"
(cd "$1" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error)
