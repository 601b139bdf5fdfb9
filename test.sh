#!/bin/sh
# Sets up, builds, runs all tests but the long campaigns (docs/testing.md). Arguments go to pytest.
# CC=clang ./test.sh does so with that compiler, in a build folder of its own: it compiles Wasmelt, and is what wasmelt calls.
set -eu
cd "$(dirname "$0")"
.ci/setup.sh
case "${CC:-gcc}" in
gcc) folder=build ;;
*) folder=build-$(basename "${CC%% *}") ;;
esac
export WASMELT_BUILD="${WASMELT_BUILD:-$PWD/$folder}"
cmake -S . -B "$WASMELT_BUILD" -G Ninja -DWASMELT_WERROR=ON >/dev/null
cmake --build "$WASMELT_BUILD"
exec /usr/bin/python3 -m pytest -q -p no:cacheprovider tests spec-tests "$@"
