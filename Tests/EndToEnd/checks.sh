# The words in which the scenarios are written. Sourced by them, inside the machine.
#
#   check "what should be so" COMMAND...     counts it
#   await SECONDS COMMAND...                 waits until the command succeeds, or fails
#   equals FOUND EXPECTED, at_most LIMIT FOUND, fails COMMAND...
#   closing                                  the last line, and the exit status

passed=0 failed=0

check() {
  local what=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "ok      $what"
  else
    failed=$((failed + 1))
    echo "FAILED  $what"
    echo "        $*: ${output:-no output}" | head -n 20
  fi
}

await() {
  local end=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    if [ $SECONDS -ge $end ]; then
      "$@"
      return
    fi
    sleep 0.1
  done
}

fails() { ! "$@"; }

equals() {
  [ "$1" = "$2" ] || { echo "found “$1”, expected “$2”"; return 1; }
}

at_most() {
  awk -v "limit=$1" -v "found=$2" 'BEGIN { exit !(found != "" && found + 0 <= limit) }' ||
    { echo "found “$2”, expected at most $1"; return 1; }
}

closing() {
  if [ $failed != 0 ]; then
    echo '--- what the daemon and systemd said:'
    journalctl --no-pager --output=short-monotonic --unit='kangarood*' | tail -n 150
  fi
  echo "$passed passed, $failed failed"
  [ $failed = 0 ] && [ $passed -gt 0 ]
}

# What the daemon has said since `listen FILE` was called.
listen() {
  kangaroo watch > "$1" 2> "$1.errors" &
  listeners="$listeners $!"
  await 20 grep -q '"type":"live"' "$1"
}

said() { grep -q "$2" "$1"; }

daemon_pid() { systemctl show -P MainPID kangarood; }

ready() { [ "$(systemctl is-active kangarood)" = active ]; }

# Whether another one runs than $before.
again() { ready && [ "$(daemon_pid)" != "$before" ]; }

exposure() {
  systemd-analyze security --no-pager kangarood.service |
    sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'
}

journal() { journalctl --unit=kangarood --output=cat --no-pager "$@"; }

logged() { journal | grep -q -- "$1"; }
