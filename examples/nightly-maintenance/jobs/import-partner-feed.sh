# Counts the lines of a file that a partner delivers each night. Exit code 3: it has not come.
feed=${PARTNER_FEED:-inbox/partner-feed.csv}
echo "Looking for $feed ..."
if [ ! -f "$feed" ]; then
  echo "The partner's feed has not arrived: there is no file $feed. Nothing was imported." >&2
  exit 3
fi
echo "$(wc -l < "$feed") lines to import."
