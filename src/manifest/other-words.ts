// What other schedulers call a key: cron daemons, systemd, Kubernetes, Airflow, APScheduler, Quartz, Jenkins, Temporal. In
// small letters, without - and _.
const otherWords: Record<string, string> = {
  run: "args argv cmd command entrypoint exec execstart script task",
  cron: "crons crontab cronexpression expression oncalendar schedule when",
  timezone: "crontz timezoneid tz",
  cwd: "dir directory folder workdir workingdir workingdirectory",
  env: "environment envs variables vars",
  overlap: "concurrency concurrencypolicy disallowconcurrentexecution overlappolicy singleton",
  timeout: "activedeadlineseconds deadline executiontimeout maxduration runtimemaxsec timeoutsec ttl",
  grace:
    "graceperiod killsignal killtimeout stopgraceperiod stopsignal stoptimeout terminationgraceperiodseconds timeoutstopsec",
  retry:
    "attempts backofflimit maxattempts maximumattempts maxretries maxtries onfailure restart restartpolicy retries retrydelay retrypolicy tries",
  exit_codes:
    "exitcode exitcodes podfailurepolicy restartpreventexitstatus skiponexitcode skipexitcodes successexitstatus",
  pause_after:
    "breaker circuitbreaker disableafter failurethreshold maxconsecutivefaileddagruns maxconsecutivefailures maxfailures pauseonfailure",
  cool_down: "cooloff cooldown cooldownsec halfopenafter pausefor resettimeout",
  max_concurrent:
    "concurrencylimit maxactivejobs maxactiveruns maxconcurrency maxconcurrentruns maxinstances maxparallel parallel parallelism",
  queue_depth: "backlog bufferlimit maxpending maxqueue maxqueued queue queuelimit queuesize",
  concurrency_group: "concurrencykey group lock mutex pool resourcegroup semaphore throttlegroup",
  priority: "importance nice priorityclassname priorityweight weight",
  start_deadline: "expiresin maxwait queuetimeout queuettl scheduletostarttimeout startwithin waittimeout",
  keep: "buildstokeep failedjobshistorylimit history historylimit keepfor keepruns logrotate logrotator retention retentiondays successfuljobshistorylimit ttlsecondsafterfinished",
  enabled: "active disabled paused suspend suspended",
  description: "comment summary title",
  every:
    "fixedrate frequency interval intervalsec onunitactivesec period rate repeatevery repeatinterval scheduleinterval",
  anchor: "base offset origin phase",
  at: "date datetime once onetime onetimeat runat rundate",
  starts_at: "begin from notbefore start startat startdate starton starttime validfrom",
  ends_at: "end endat enddate endon endtime expires expiresat expiry notafter to until validuntil",
  max_runs: "count limit maxtimes remainingactions repeat repeatcount times",
  spread: "delay jitter jittersec randomdelay randomizeddelay randomizeddelaysec splay stagger",
  dst: "daylightsaving daylightsavings daylightsavingtime summertime",
  blackouts:
    "calendar calendars except exclude excludes exclusions exdate exdates freeze holidays maintenance skip skipdates",
  blackout: "blackoutpolicy onblackout",
  catch_up: "backfill catchup coalesce misfire misfireinstruction misfirepolicy missed persistent",
  catch_up_window: "catchupwindow misfiregracetime misfirethreshold startingdeadlineseconds",
  attempts: "count limit max maxattempts maxretries maxtries retries times tries",
  backoff: "backofftype kind policy strategy type",
  delay: "backoffseconds base first initial initialdelay initialinterval interval pause retrydelay wait",
  max_delay: "cap longest max maxbackoff maxinterval maximuminterval maxretrydelay",
  on: "codes conditions errors exitcodes if kinds retryon when",
  name: "group key pool",
  limit: "count max maxconcurrent parallel runs size slots",
  for: "age days duration maxage since time ttl",
  runs: "builds count jobs limit max most number",
  gap: "missing nonexistent skipped spring springforward",
  fold: "ambiguous autumn fall fallback repeated twice",
  when: "at date dates day days from on range start time times",
  reason: "comment description label name summary title why",
  calendar: "file holidays ical ics path url",
  schedules: "crons jobs tasks timers",
};

/** The one of the known keys that stands for what another scheduler calls `key`, or null. */
export function knownWordFor(key: string, known: readonly string[]): string | null {
  const word = key.replaceAll(/[-_]/g, "").toLowerCase();
  return known.find((each) => otherWords[each]?.split(" ").includes(word)) ?? null;
}
