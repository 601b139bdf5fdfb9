#!/bin/sh
# Sets up, builds, and runs all tests but the long campaigns (docs/testing.md). Arguments go to pytest.
set -eu
cd "$(dirname "$0")"
.ci/setup.sh
export WASMELT_BUILD="${WASMELT_BUILD:-$PWD/build}"
cmake -S . -B "$WASMELT_BUILD" -G Ninja >/dev/null
cmake --build "$WASMELT_BUILD"
exec /usr/bin/python3 -m pytest -q -p no:cacheprovider tests spec-tests "$@"
