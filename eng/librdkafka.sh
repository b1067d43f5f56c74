#!/usr/bin/env bash
# Makes the package librdkafka.redist 2.15.1 in artifacts/feed, where the feed of packages does not have it: from the sources of librdkafka 2.15.1 (BSD-2-Clause), which the npm package
# @confluentinc/kafka-javascript 1.10.1 contains. Needs npm, gcc, make, and OpenSSL's and zlib's headers; takes about half a minute on two cores, once: what was built is kept in
# ${XDG_CACHE_HOME:-~/.cache}/highperf.
set -euo pipefail
cd "$(dirname "$0")/.."

version=2.15.1
feed=artifacts/feed
package=$feed/librdkafka.redist.$version.nupkg
[ -f "$package" ] && exit 0

cache=${XDG_CACHE_HOME:-$HOME/.cache}/highperf/librdkafka-$version
library=$cache/librdkafka.so
if [ ! -f "$library" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  for try in 1 2 3; do
    (cd "$work" && npm pack --silent @confluentinc/kafka-javascript@1.10.1 >npm.log 2>&1) && break
    [ "$try" -lt 3 ] || { tail -5 "$work/npm.log"; echo "The sources of librdkafka cannot be had from npm."; exit 1; }
    sleep 2
  done
  tar -xzf "$work"/*.tgz -C "$work"
  cd "$work/package/deps/librdkafka"
  grep -q "RD_KAFKA_VERSION 0x020f01ff" src/rdkafka.h || { echo "These are not the sources of librdkafka $version."; exit 1; }

  # No file named configure.* may lie beside the script: it would take it for a module of its own.
  { ./configure --disable-sasl --disable-gssapi --disable-curl --enable-static && make -j2 -C src librdkafka.so.1; } >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }
  strip -x src/librdkafka.so.1
  mkdir -p "$cache"
  cp src/librdkafka.so.1 "$library.$$"
  mv "$library.$$" "$library"
  cd - >/dev/null
fi

mkdir -p "$feed"
dotnet pack eng/librdkafka.redist/librdkafka.redist.proj -v quiet --nologo -p:PackageVersion=$version -p:NativeLibrary="$library" -o "$feed"
