#!/bin/sh
# Installs OpenAI's own client for Node.js, at the version of package-lock.json, with the programs that test with it, into the
# folder $1.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
mkdir -p "$1"
cp "$here/package.json" "$here/package-lock.json" "$here"/*.mjs "$1/"
cd "$1"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
