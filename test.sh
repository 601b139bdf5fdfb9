#!/bin/sh
# Sets up, builds, runs all tests but the long campaigns (docs/testing.md), several at a time. Arguments go to pytest.
# ./test.sh quick runs what takes seconds.
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
tests="tests spec-tests"
if [ "${1-}" = quick ]; then
    shift
    tests="tests/lower tests/cli tests/validate/test_compact_imports.py tests/emitted/test_objects_compile.py
           tests/cases/test_wat_cases.py tests/wasi/test_wasi.py spec-tests/test_get.py --quick"
fi
# A file's tests stay together: they share what they build.
# shellcheck disable=SC2086
exec /usr/bin/python3 -m pytest -q -p no:cacheprovider -n "$(nproc)" --dist loadfile $tests "$@"
