#!/bin/sh
# Installs the peers of the benchmarks on Debian or Ubuntu. Their packages would start them as services; RUNLEVEL=1 asks them
# not to, and the benchmark starts its own by hand, in folders of its own, on free ports of 127.0.0.1.
set -eu
missing=''
command -v redis-server >/dev/null || missing="$missing redis-server"
command -v beanstalkd >/dev/null || missing="$missing beanstalkd"
command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v npm >/dev/null || missing="$missing nodejs npm"
if [ -n "$missing" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "Expected to be root, to install$missing, but this is $(id -un). Install them first:" >&2
    echo "  sudo apt-get install --no-install-recommends$missing" >&2
    exit 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  # shellcheck disable=SC2086 # one word for each package
  RUNLEVEL=1 apt-get install -q -y --no-install-recommends $missing
fi

# BullMQ, at the versions of package-lock.json, into the folder $1. Not `npm ci`: it wants every platform's optional packages
# from the registry, and not every registry has them.
here=$(CDPATH='' cd "$(dirname "$0")" && pwd -P)
mkdir -p "$1"
cp "$here/package.json" "$here/package-lock.json" "$here/bullmq.mjs" "$1/"
(cd "$1" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error)
