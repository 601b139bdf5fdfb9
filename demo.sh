#!/bin/sh
# From nothing to native executables: a third-party program and an example of ours. Shows each command and its time.
set -eu
cd "$(dirname "$0")"
.ci/setup.sh demo
build="${WASMELT_BUILD:-$PWD/build}"
out="$build/demo"

step() { # COMMAND...
    echo
    echo "\$ $*"
    start=$(date +%s%N)
    "$@"
    echo "($(( ($(date +%s%N) - start) / 1000000 )) ms)"
}

echo "== Building wasmelt"
step cmake -S . -B "$build" -G Ninja
step cmake --build "$build"
mkdir -p "$out"
PATH="$build/bin:$PATH"

echo
echo "== A program of this project: C to WebAssembly, WebAssembly to a native executable"
step clang --target=wasm32-wasi -O2 examples/hello/hello.c -o "$out/hello.wasm"
step wasmelt "$out/hello.wasm" -o "$out/hello"
step "$out/hello" you
step "$out/hello" --dir .::/docs:ro --env GREETING=hi reader /docs/README.md
echo "(without --dir the same program sees no file at all)"
step "$out/hello" reader /docs/README.md

echo
echo "== A program of others: icepll, which computes settings of an FPGA's clock generator"
package=@yowasp/nextpnr-ice40@0.8.621
if [ ! -d "$out/package" ]; then
    step npm pack --loglevel=error --pack-destination "$out" $package
    tar xzf "$out"/yowasp-nextpnr-ice40-*.tgz -C "$out"
fi
step wasmelt "$out/package/gen/icepll.core.wasm" -o "$out/icepll"
step "$out/icepll" -i 12 -o 60
