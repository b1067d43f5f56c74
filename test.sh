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

say() { printf '\n== %s\n' "$*"; }
finish() {
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

say "restore and build (warnings are errors)"
if ! dotnet build HighPerf.sln -c Release -m:2 -nr:false -v quiet -clp:NoSummary; then
  broken "build"
  finish
fi

# Every project under tests/ that is a test project runs; a suite cannot be forgotten by leaving it out of a list.
for project in $(find tests -name '*.Tests.csproj' | sort); do
  name=$(basename "$project" .csproj)
  if [ $# -gt 0 ]; then
    wanted=0
    for word in "$@"; do [[ $name == *"$word"* ]] && wanted=1; done
    [ "$wanted" -eq 1 ] || continue
  fi

  say "$name"
  log="$results/$name.log"
  dotnet test "$project" -c Release --no-build --nologo -v quiet --blame-hang-timeout 20m --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$log" 2>&1
  code=$?
  trx="$results/$name.trx"
  if [ ! -s "$trx" ]; then
    cat "$log"
    broken "$name did not run"
    continue
  fi

  counters=$(grep -o '<Counters [^>]*>' "$trx" | head -1)
  number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  total=$(number total) ok=$(number passed) bad=$(number failed) executed=$(number executed)
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
  echo "$ok passed, $bad failed, $((total - executed)) skipped"
  if [ "$bad" -gt 0 ]; then
    grep -vE '^\s*$' "$log" | tail -200
  elif [ "$code" -ne 0 ]; then
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
