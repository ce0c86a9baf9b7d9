#!/bin/sh
# Puts PGlite (PostgreSQL with pgvector, in WebAssembly) into search/target/pglite for PgVectorIndexTest. Wants Node.js and npm.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
there="$here/../../../target/pglite"
mkdir -p "$there"
cp "$here/package.json" "$here/server.mjs" "$there/"
# pgvector names the PGlite of one patch release before as its peer.
(cd "$there" && npm install --no-save --ignore-scripts --no-audit --no-fund --legacy-peer-deps --loglevel=error)
