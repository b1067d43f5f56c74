#!/usr/bin/env bash
# Passes all tests on a fresh machine that has the .NET SDK and git: installs the brokers' servers that are missing (Debian's packages; HIGHPERF_NO_INSTALL=1 for "they
# are there"), restores, builds, runs every test project, smokes the benchmarks.
#   ./test.sh            everything
#   ./test.sh NAME ...   only the test projects whose names contain one of the words
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only if nothing failed and no suite that should run was left out.
set -uo pipefail
cd "$(dirname "$0")"

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

passed=0 failed=0 skipped=0
again="" # the tests that passed only when they ran again

say() { printf '\n== %s\n' "$*"; }
finish() {
  [ -z "$again" ] || printf '\n== passed only when run again, the first failure is above: to be looked at\n%s' "$again"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit $?
}
broken() {
  echo "FAILED: $*"
  failed=$((failed + 1))
}

if ! command -v dotnet >/dev/null; then
  echo "The .NET SDK is not on the PATH: install what global.json names from https://dot.net."
  broken "no dotnet"
  finish
fi

# The brokers that tests start for themselves, as package:command, or package:/file where there is no command. No daemon is started or enabled; a further server is one more word.
# ActiveMQ's package brings no Java runtime, and not the library that its statistics are written with.
servers="redis-server:redis-server rabbitmq-server:rabbitmq-server nats-server:nats-server default-jre-headless:java activemq:/usr/share/activemq/bin/activemq.jar libxstream-java:/usr/share/java/xstream.jar libjettison-java:/usr/share/java/jettison.jar"

# What Kafka's client library is built with, where the feed of packages does not have it (LibrdkafkaIsThere=true says that it has).
[ "${LibrdkafkaIsThere:-}" = true ] || servers="$servers npm:npm gcc:gcc make:make libssl-dev:/usr/include/openssl/ssl.h zlib1g-dev:/usr/include/zlib.h"

install_servers() {
  local missing="" as_root="" entry
  for entry in $servers; do
    command -v "${entry#*:}" >/dev/null || [ -x "/usr/sbin/${entry#*:}" ] || [ -f "${entry#*:}" ] || missing="$missing ${entry%%:*}"
  done
  [ -n "$missing" ] || return 0
  if [ "${HIGHPERF_NO_INSTALL:-}" = 1 ] || ! command -v apt-get >/dev/null; then
    echo "Needed for the tests and not installed:$missing. Install them (on Debian: apt-get install$missing)."
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Needed for the tests and not installed:$missing. Installing them needs root or sudo."; return 1; }
    as_root="sudo -n"
  fi
  # policy-rc.d says no to starting daemons while packages are set up; where there is one already it stays.
  local policy=/usr/sbin/policy-rc.d
  local own_policy=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null && $as_root chmod 755 "$policy" && own_policy=1
  fi
  local install="$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends$missing"
  $install >"$results/apt.log" 2>&1 || { $as_root apt-get update -qq >>"$results/apt.log" 2>&1; $install >>"$results/apt.log" 2>&1; }
  local code=$?
  [ "$own_policy" -eq 1 ] && $as_root rm -f "$policy"
  if [ "$code" -ne 0 ]; then
    tail -20 "$results/apt.log"
    echo "apt-get could not install:$missing"
  fi
  return "$code"
}

say "servers that the tests start"
if ! install_servers; then
  broken "servers"
  finish
fi

if [ "${LibrdkafkaIsThere:-}" != true ]; then
  say "librdkafka's package"
  if ! eng/librdkafka.sh; then
    broken "librdkafka"
    finish
  fi
fi

say "restore and build (warnings are errors)"
if ! dotnet build HighPerf.sln -c Release -m:2 -nr:false -v quiet -clp:NoSummary; then
  broken "build"
  finish
fi

# A number of a results file: total, passed, failed, executed.
counter() { grep -o '<Counters [^>]*>' "$1" | head -1 | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p"; }

# What failed, how long it took, and with which words: of the first twenty, a dozen lines each.
failures() {
  awk '
    /<UnitTestResult [^>]*outcome="Failed"/ { match($0, /testName="[^"]*"/); name = substr($0, RSTART + 10, RLENGTH - 11); match($0, /duration="[^"]*"/); took = substr($0, RSTART + 10, RLENGTH - 11); if (++count <= 20) print "FAILED " name " after " took }
    /<ErrorInfo>/ { inside = 1; lines = 0 }
    inside && count <= 20 { gsub(/<[^>]*>/, ""); if ($0 ~ /[^ ]/ && ++lines <= 12) print "    " substr($0, 1, 600) }
    /<\/ErrorInfo>/ { inside = 0 }' "$1" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xD;//g; s/&amp;/\&/g'
}

# The machine is shared: up to six failed tests of a project run once more, by themselves. What passes then counts, and is named in the last lines: it is a defect of the test or of the
# code that somebody has to look at, not a reason to throw the run away. Sets bad, ok and was_again.
run_again() {
  local names filter="" name log="$results/$2.again.log" trx="$results/$2.again.trx"
  names=$(grep -o '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$3" | sed -n 's/.*testName="\([^"(]*\).*/\1/p' | sort -u)
  [ "$bad" -le 6 ] || return 0
  for name in $names; do filter="${filter:+$filter|}FullyQualifiedName=$name"; done
  dotnet test "$1" -c Release --no-build --nologo -v quiet --blame-hang-timeout 10m --filter "$filter" --logger "trx;LogFileName=$2.again.trx" --results-directory "$results" >"$log" 2>&1
  local code=$?
  if [ "$code" -eq 0 ] && [ -s "$trx" ] && [ "$(counter "$trx" executed)" -ge "$bad" ] && [ "$(counter "$trx" failed)" -eq 0 ]; then
    for name in $names; do again="$again$name"$'\n'; done
    ok=$((ok + bad)) bad=0 was_again=1
  else
    [ -s "$trx" ] && failures "$trx"
  fi
}

# Every project under tests/ that is a test project runs; a suite cannot be forgotten by leaving it out of a list.
for project in $(find tests -name '*.Tests.csproj' | sort); do
  name=$(basename "$project" .csproj)
  if [ $# -gt 0 ]; then
    wanted=0
    for word in "$@"; do [[ $name == *"$word"* ]] && wanted=1; done
    [ "$wanted" -eq 1 ] || continue
  fi

  say "$name"
  was_again=0
  log="$results/$name.log"
  dotnet test "$project" -c Release --no-build --nologo -v quiet --blame-hang-timeout 8m --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$log" 2>&1
  code=$?
  trx="$results/$name.trx"
  if [ ! -s "$trx" ]; then
    cat "$log"
    broken "$name did not run"
    continue
  fi

  total=$(counter "$trx" total) ok=$(counter "$trx" passed) bad=$(counter "$trx" failed) executed=$(counter "$trx" executed)
  if [ "$bad" -gt 0 ]; then
    failures "$trx"
    run_again "$project" "$name" "$trx"
  fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  echo "$ok passed, $bad failed, $((total - executed)) skipped"
  if [ "$bad" -gt 0 ]; then
    grep -vE '^\s*$' "$log" | tail -100
  elif [ "$code" -ne 0 ] && [ "$was_again" -eq 0 ]; then
    cat "$log"
    broken "$name ended with exit code $code"
  elif [ "$executed" -eq 0 ]; then
    broken "$name ran no test"
  fi
done

if [ $# -eq 0 ]; then
  say "benchmarks run (smoke)"
  if ! dotnet run --project bench/Benchmarks -c Release --no-build -- --smoke >"$results/smoke.log" 2>&1; then
    tail -50 "$results/smoke.log"
    broken "benchmarks smoke"
  else
    passed=$((passed + 1))
  fi

  say "the generator's cost (smoke)"
  if ! dotnet run --project bench/GeneratorCost -c Release --no-build -- --smoke; then
    broken "generator cost smoke"
  else
    passed=$((passed + 1))
  fi

  say "the load program measures (smoke)"
  if ! dotnet run --project bench/Load -c Release --no-build -- --transport embedded --quick --json "$results/load.json" >"$results/load.log" 2>&1 || [ "$(grep -c '"ratio"' "$results/load.json")" -ne 8 ]; then
    tail -50 "$results/load.log"
    broken "load smoke"
  else
    passed=$((passed + 1))
  fi

  say "the main job runs"
  if ! dotnet run --project samples/FlightDelays -c Release --no-build -- --output "$results/flight-delays" >"$results/job.log" 2>&1; then
    tail -50 "$results/job.log"
    broken "samples/FlightDelays"
  else
    tail -14 "$results/job.log"
    passed=$((passed + 1))
  fi
fi

finish
