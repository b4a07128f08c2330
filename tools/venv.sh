#!/bin/sh
# Makes .venv and installs one of the hashed locks into it: sh tools/venv.sh runtime|dev|bench
#
# bench holds everything that dev holds, and dev everything that runtime holds (`make lock` compiles them so):
# whoever installed a larger one needs nothing for a smaller one. A second call takes milliseconds.
set -eu
cd "$(dirname "$0")/.."
lock=$1

say() { printf '%s\n' "$*" >&2; }

usable() { # usable PYTHON: whether it is Python 3.11 or newer
	"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

stamp() { # stamp LOCK: what the lock holds, in a word
	cksum <"requirements/$1.lock"
}

case $lock in
runtime) enough="runtime dev bench" also="runtime" ;;
dev) enough="dev bench" also="dev runtime" ;;
bench) enough="bench" also="bench dev runtime" ;;
*) say "usage: sh tools/venv.sh runtime|dev|bench"; exit 2 ;;
esac

if [ -e .venv ] && ! usable .venv/bin/python; then
	say "The virtual environment in .venv does not run any more; making it anew."
	rm -rf .venv
fi
# A .venv without pip is one whose making was interrupted.
if [ -e .venv ] && [ ! -e .venv/bin/pip ]; then
	rm -rf .venv
fi

if [ ! -e .venv ]; then
	python=
	for name in ${PYTHON3:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
		if usable "$name"; then python=$name && break; fi
	done
	if [ -z "$python" ]; then
		have=$(python3 --version 2>/dev/null || echo "no python3 at all")
		say "InSync Portal needs Python 3.11 or newer, and here is $have. Install it (on Debian 12 or Ubuntu 24.04: apt-get install python3 python3-venv), or name yours: make PYTHON3=/path/to/python3 ..."
		exit 1
	fi
	if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
		version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
		say "Python $version is here without its venv module. Install it (on Debian or Ubuntu: apt-get install python$version-venv), then run the same command again."
		exit 1
	fi
	say "Making a virtual environment in .venv ..."
	if ! "$python" -m venv .venv; then
		rm -rf .venv
		say "The virtual environment could not be made; the lines above say why."
		exit 1
	fi
fi

wanted=$(stamp "$lock")
for name in $enough; do
	if [ -e ".venv/.installed-$name" ] && [ "$(cat ".venv/.installed-$name")" = "$(stamp "$name")" ]; then
		exit 0
	fi
done

say "Installing the packages of requirements/$lock.lock (the first time takes a minute) ..."
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
	-r "requirements/$lock.lock"; then
	say "The packages could not be installed; the lines above say why. Without a network, wait for one and run the same command again."
	exit 1
fi
for name in $also; do
	stamp "$name" >".venv/.installed-$name"
done
[ "$wanted" = "$(stamp "$lock")" ]
