# A job of the torture: job.sh MILLISECONDS LINES [WORD...]. It notes in $TORTURE_JOURNAL, a line each:
#   S run attempt pid seconds schedule     it has begun
#   B run attempt pid seconds              it is alive, told each tenth of a second; C: a child of it is
#   E run attempt pid seconds exit lines   it ends, by its own account
# The seconds are those of /proc/uptime, a clock that nobody sets. Nothing here starts a process but `children`.
# Words: stubborn (does not listen to SIGTERM), children (leaves one that does not), fails-N (one run in N fails),
# streaks-N (N runs fail, then N do not).
exec 3<>"$TORTURE_PULSE" 4>>"$TORTURE_JOURNAL"
ms=$1 lines=$2 printed=0 code=0
shift 2

note() {
  read -r up _ </proc/uptime
  printf '%s %s %s %s %s %s\n' "$1" "$BELFRY_RUN_ID" "$BELFRY_ATTEMPT" "$$" "$up" "$2" >&4
}
print_to() {
  while ((printed < $1)); do
    printf '%s.%s line %s\n' "$BELFRY_RUN_ID" "$BELFRY_ATTEMPT" $((printed += 1))
  done
}
end() {
  note E "$1 $printed"
  exit "$1"
}
linger() {
  trap '' TERM
  while [ -e "$TORTURE_PULSE" ]; do
    note C
    read -r -t 0.1 -u 3
  done
}

note S "$BELFRY_SCHEDULE"
trap 'end 143' TERM
for word in "$@"; do
  number=${word##*-}
  case $word in
  stubborn) trap '' TERM ;;
  children) linger >/dev/null 2>&1 & ;;
  fails-*) (((BELFRY_RUN_ID + BELFRY_ATTEMPT) % number)) || code=1 ;;
  streaks-*) ((BELFRY_RUN_ID / number % 2)) || code=1 ;;
  esac
done
beats=$((ms / 100))
for ((beat = 0; beat < beats; beat += 1)); do
  print_to $((lines * (beat + 1) / (beats + 1)))
  read -r -t 0.1 -u 3
  note B
done
print_to "$lines"
end $code
