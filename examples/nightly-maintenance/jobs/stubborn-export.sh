# Never ends by itself, and neither does the process that it starts: both ignore SIGTERM.
trap '' TERM
echo "Exporting; process $$ will not heed SIGTERM."
while :; do sleep 1; done &
echo "Its helper is process $!."
while :; do
  sleep 1
  echo "Still exporting ..."
done
