#!/bin/sh
# Compiles requirements/*.lock from pyproject.toml: every package with its hashes, for Python 3.11 and later, every
# platform, and no index lines (a lock that names a registry host works for one network alone). Each larger lock is
# held to the versions of the smaller one, so that tools/venv.sh may take dev for runtime.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x var/lock/bin/uv ]; then
	.venv/bin/python -m venv var/lock
	var/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
fi
# What is locked stays as it is, so that a new package moves no other one; UPGRADE=1 brings the newest of all.
upgrade=${UPGRADE:+--upgrade}
compile() { # compile LOCK ARGUMENTS...
	name=$1
	shift
	var/lock/bin/uv pip compile pyproject.toml "$@" --quiet --universal --python-version 3.11 --generate-hashes \
		--no-header --output-file "requirements/$name.lock"
}
compile runtime $upgrade
compile dev $upgrade --group dev --constraint requirements/runtime.lock
compile bench $upgrade --group dev --group bench --constraint requirements/dev.lock
