// Written by scripts/write-openapi.ts from the routes of the API. Change those.

export type Schedule = {
  "id": string;
  "name": string;
  "description": string;
  /** A cron expression, or several, one a line. */
  "cron": string | null;
  /** The IANA zone on whose clock expressions and blackouts are read. */
  "timezone": string;
  /** Seconds of elapsed time between two fires. */
  "everySec": number | null;
  /** An instant at which everySec fires. */
  "anchorAt": string | null;
  /** The one instant at which it fires. */
  "at": string | null;
  /** No fire comes before. */
  "startsAt": string | null;
  /** No fire comes after. */
  "endsAt": string | null;
  /** After so many runs it fires no more. */
  "maxRuns": number | null;
  /** Each fire is moved by a part of this that follows from the name. */
  "spreadSec": number;
  /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
  "dst": {
    "gap": "next-valid" | "skip";
    "fold": "first" | "last" | "both";
  };
  "blackouts": ({
    "when": string;
    /** What it is for. */
    "reason": string | null;
  })[];
  /** What becomes of a fire in a blackout. */
  "blackoutPolicy": "skip" | "defer";
  /** What becomes of missed fires. */
  "catchUp": "latest" | "none" | "all";
  /** A fire that is later than this is not caught up. */
  "catchUpWindowSec": number | null;
  /** When a failed attempt is followed by another one. */
  "retry": {
    /** How many there may be in all. */
    "attempts": number;
    "backoff": "fixed" | "exponential";
    /** In seconds. */
    "delaySec": number;
    /** In seconds. */
    "maxDelaySec": number;
    "on": ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[];
  } | null;
  /** What exit codes mean. */
  "exitCodes": Record<string, "skip" | "retry" | "fail">;
  /** Seconds from SIGTERM to SIGKILL. */
  "graceSec": number;
  /** How many runs may wait for their turn. */
  "queueDepth": number | null;
  /** How many runs may be under way at once. */
  "maxConcurrent": number | null;
  /** A name that schedules share, and how many of their runs may be under way at once. */
  "concurrencyGroup": {
    "name": string;
    "limit": number;
  } | null;
  /** Of runs that are ready, those of a higher priority start first. */
  "priority": number;
  /** A run that has waited longer for its start is skipped. */
  "startDeadlineSec": number | null;
  /** After so many failures in a row its fires are skipped. */
  "pauseAfter": number | null;
  /** Seconds after the last failure until one run may try again. */
  "coolDownSec": number;
  /** How long ended runs are kept, in seconds. */
  "keepSec": number | null;
  /** How many ended runs are kept. */
  "keepRuns": number | null;
  "overlap": string;
  "timeoutSec": number;
  "run": (string)[] | string;
  "cwd": string | null;
  /** The names only: values may be private. */
  "env": (string)[];
  /** The names of the secrets that its environment refers to. */
  "secrets": (string)[];
  "installationId": number | null;
  "source": string | null;
  "enabled": boolean;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "pausedAt": string | null;
  "pauseReason": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "retiredAt": string | null;
  /** Its circuit breaker; null without pauseAfter. */
  "breaker": {
    "state": "closed" | "open" | "half_open";
    /** When the last of the failures ended that opened it. */
    "since": string | null;
    /** From when on one run may try whether it works again. */
    "probeAt": string | null;
  } | null;
  /** The next fire, also one that a blackout will skip. */
  "nextFireAt": string | null;
  /** The next fire that no blackout skips. */
  "nextRunAt": string | null;
  /** Of the runs that maxRuns allows; counted only while there is such a limit. */
  "runsMade": number;
  "lastError": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "lastErrorAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "createdAt": string;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "updatedAt": string;
  /** Another one after each edit, pause, resume and retirement. */
  "revision": string;
  "lastRun": Run | null;
};

export type Run = {
  "id": string;
  "scheduleName": string;
  "status": "pending" | "dispatched" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
  "errorKind": "exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | null;
  "errorMessage": string | null;
  "skipReason": "overlap" | "queue_full" | "replaced" | "start_deadline" | "circuit_open" | "exit_code" | "late" | "catch_up_limit" | "blackout" | "paused" | "edited" | "schedule_error" | "retired" | null;
  "attempt": number;
  /** Attempts that failed and were followed by another. */
  "failures": number;
  /** It waits for its next attempt until then. */
  "retryAt": string | null;
  "priority": number;
  /** The nominal instant; null for a run by hand. */
  "fireTime": string | null;
  "fireReason": "schedule" | "manual" | "backfill" | "catch_up";
  /** The oldest fire this run stands for, if there are several. */
  "coversFrom": string | null;
  "coversCount": number;
  /** The backfill that asked for it. */
  "backfillId": string | null;
  /** The run that this one repeats. */
  "rerunOf": string | null;
  /** What its job is given as BELFRY_PARAM_NAME. */
  "parameters": Record<string, string>;
  "exitCode": number | null;
  "exitSignal": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "cancelRequestedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "createdAt": string;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "dispatchedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "startedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "finishedAt": string | null;
};

export type Problem = {
  "type": string;
  "title": string;
  "status": number;
  /** Stable; docs/errors.md lists them. */
  "code": string;
  "detail": string;
  /** Names the request in the audit log and the server's log. */
  "requestId"?: string | undefined;
};

export type NewSchedule = {
  "name": string;
  "run": (string)[] | string;
  "description"?: string | undefined;
  /** A cron expression; or several: a list, or one a line. */
  "cron"?: string | (string)[] | null | undefined;
  "timezone"?: string | undefined;
  /** Seconds of elapsed time between two fires. */
  "everySec"?: number | null | undefined;
  /** An instant at which everySec fires. */
  "anchorAt"?: string | null | undefined;
  /** The one instant at which it fires. */
  "at"?: string | null | undefined;
  /** No fire comes before. */
  "startsAt"?: string | null | undefined;
  /** No fire comes after. */
  "endsAt"?: string | null | undefined;
  /** After so many runs it fires no more. */
  "maxRuns"?: number | null | undefined;
  /** Each fire is moved by a part of this that follows from the name. */
  "spreadSec"?: number | undefined;
  /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
  "dst"?: {
    "gap": "next-valid" | "skip";
    "fold": "first" | "last" | "both";
  } | undefined;
  "blackouts"?: ({
    "when": string;
    "reason": string | null;
  })[] | undefined;
  /** What becomes of a fire in a blackout. */
  "blackoutPolicy"?: "skip" | "defer" | undefined;
  /** What becomes of missed fires. */
  "catchUp"?: "latest" | "none" | "all" | undefined;
  /** A fire that is later than this is not caught up. */
  "catchUpWindowSec"?: number | null | undefined;
  /** When a failed attempt is followed by another one; all but attempts has a default. */
  "retry"?: {
    "attempts": number;
    "backoff"?: "fixed" | "exponential" | undefined;
    "delaySec"?: number | undefined;
    "maxDelaySec"?: number | undefined;
    "on"?: ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[] | undefined;
  } | null | undefined;
  /** What exit codes mean. */
  "exitCodes"?: Record<string, "skip" | "retry" | "fail"> | undefined;
  /** Seconds from SIGTERM to SIGKILL. */
  "graceSec"?: number | undefined;
  /** How many runs may wait for their turn. */
  "queueDepth"?: number | null | undefined;
  /** How many runs may be under way at once. */
  "maxConcurrent"?: number | null | undefined;
  /** A name that schedules share, and how many of their runs may be under way at once. */
  "concurrencyGroup"?: {
    "name": string;
    "limit": number;
  } | null | undefined;
  /** Of runs that are ready, those of a higher priority start first. */
  "priority"?: number | undefined;
  /** A run that has waited longer for its start is skipped. */
  "startDeadlineSec"?: number | null | undefined;
  /** After so many failures in a row its fires are skipped. */
  "pauseAfter"?: number | null | undefined;
  /** Seconds after the last failure until one run may try again. */
  "coolDownSec"?: number | undefined;
  /** How long ended runs are kept, in seconds. */
  "keepSec"?: number | null | undefined;
  /** How many ended runs are kept. */
  "keepRuns"?: number | null | undefined;
  "overlap"?: "skip" | "queue" | "concurrent" | "replace" | undefined;
  "timeoutSec"?: number | undefined;
  "cwd"?: string | null | undefined;
  /** Names, and values or references to secrets. */
  "env"?: Record<string, string | {
    /** The name of a secret; a run gets its value. */
    "secret": string;
    /** The provider to ask; else each in the server's order. */
    "from"?: "store" | "environment" | "files" | "command" | undefined;
  }> | undefined;
  "installationId"?: number | null | undefined;
  "enabled"?: boolean | undefined;
};

export type ScheduleEdit = {
  "run"?: (string)[] | string | undefined;
  "description"?: string | undefined;
  /** A cron expression; or several: a list, or one a line. */
  "cron"?: string | (string)[] | null | undefined;
  "timezone"?: string | undefined;
  /** Seconds of elapsed time between two fires. */
  "everySec"?: number | null | undefined;
  /** An instant at which everySec fires. */
  "anchorAt"?: string | null | undefined;
  /** The one instant at which it fires. */
  "at"?: string | null | undefined;
  /** No fire comes before. */
  "startsAt"?: string | null | undefined;
  /** No fire comes after. */
  "endsAt"?: string | null | undefined;
  /** After so many runs it fires no more. */
  "maxRuns"?: number | null | undefined;
  /** Each fire is moved by a part of this that follows from the name. */
  "spreadSec"?: number | undefined;
  /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
  "dst"?: {
    "gap": "next-valid" | "skip";
    "fold": "first" | "last" | "both";
  } | undefined;
  "blackouts"?: ({
    "when": string;
    "reason": string | null;
  })[] | undefined;
  /** What becomes of a fire in a blackout. */
  "blackoutPolicy"?: "skip" | "defer" | undefined;
  /** What becomes of missed fires. */
  "catchUp"?: "latest" | "none" | "all" | undefined;
  /** A fire that is later than this is not caught up. */
  "catchUpWindowSec"?: number | null | undefined;
  /** When a failed attempt is followed by another one; all but attempts has a default. */
  "retry"?: {
    "attempts": number;
    "backoff"?: "fixed" | "exponential" | undefined;
    "delaySec"?: number | undefined;
    "maxDelaySec"?: number | undefined;
    "on"?: ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[] | undefined;
  } | null | undefined;
  /** What exit codes mean. */
  "exitCodes"?: Record<string, "skip" | "retry" | "fail"> | undefined;
  /** Seconds from SIGTERM to SIGKILL. */
  "graceSec"?: number | undefined;
  /** How many runs may wait for their turn. */
  "queueDepth"?: number | null | undefined;
  /** How many runs may be under way at once. */
  "maxConcurrent"?: number | null | undefined;
  /** A name that schedules share, and how many of their runs may be under way at once. */
  "concurrencyGroup"?: {
    "name": string;
    "limit": number;
  } | null | undefined;
  /** Of runs that are ready, those of a higher priority start first. */
  "priority"?: number | undefined;
  /** A run that has waited longer for its start is skipped. */
  "startDeadlineSec"?: number | null | undefined;
  /** After so many failures in a row its fires are skipped. */
  "pauseAfter"?: number | null | undefined;
  /** Seconds after the last failure until one run may try again. */
  "coolDownSec"?: number | undefined;
  /** How long ended runs are kept, in seconds. */
  "keepSec"?: number | null | undefined;
  /** How many ended runs are kept. */
  "keepRuns"?: number | null | undefined;
  "overlap"?: "skip" | "queue" | "concurrent" | "replace" | undefined;
  "timeoutSec"?: number | undefined;
  "cwd"?: string | null | undefined;
  /** Names, and values or references to secrets. */
  "env"?: Record<string, string | {
    /** The name of a secret; a run gets its value. */
    "secret": string;
    /** The provider to ask; else each in the server's order. */
    "from"?: "store" | "environment" | "files" | "command" | undefined;
  }> | undefined;
  "installationId"?: number | null | undefined;
  "enabled"?: boolean | undefined;
};

export type ComingFires = {
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "now": string;
  "timezone": string;
  "items": ({
    /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
    "fireTime": string;
    /** What a change of the clocks or a blackout does to it. */
    "note": string | null;
  })[];
  /** How many runs maxRuns still allows; null: any number. */
  "runsLeft": number | null;
};

export type RunDetail = {
  "id": string;
  "scheduleName": string;
  "status": "pending" | "dispatched" | "running" | "succeeded" | "failed" | "cancelled" | "skipped";
  "errorKind": "exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | null;
  "errorMessage": string | null;
  "skipReason": "overlap" | "queue_full" | "replaced" | "start_deadline" | "circuit_open" | "exit_code" | "late" | "catch_up_limit" | "blackout" | "paused" | "edited" | "schedule_error" | "retired" | null;
  "attempt": number;
  /** Attempts that failed and were followed by another. */
  "failures": number;
  /** It waits for its next attempt until then. */
  "retryAt": string | null;
  "priority": number;
  /** The nominal instant; null for a run by hand. */
  "fireTime": string | null;
  "fireReason": "schedule" | "manual" | "backfill" | "catch_up";
  /** The oldest fire this run stands for, if there are several. */
  "coversFrom": string | null;
  "coversCount": number;
  /** The backfill that asked for it. */
  "backfillId": string | null;
  /** The run that this one repeats. */
  "rerunOf": string | null;
  /** What its job is given as BELFRY_PARAM_NAME. */
  "parameters": Record<string, string>;
  "exitCode": number | null;
  "exitSignal": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "cancelRequestedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "createdAt": string;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "dispatchedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "startedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "finishedAt": string | null;
  "attempts": (Attempt)[];
  "events": (RunEvent)[];
};

export type Attempt = {
  /** From 1. */
  "number": number;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "dispatchedAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "startedAt": string | null;
  /** Null: it is under way. */
  "endedAt": string | null;
  /** How it ended; lost: nobody started it in time. */
  "outcome": "succeeded" | "failed" | "cancelled" | "skipped" | "lost" | null;
  "errorKind": string | null;
  "errorMessage": string | null;
  "exitCode": number | null;
  "exitSignal": string | null;
};

export type RunEvent = {
  "attempt": number;
  "name": string;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "at": string;
  "details": Record<string, unknown>;
};

export type LogPage = {
  "items": (LogEntry)[];
  /** Ask with this cursor for what comes after. */
  "nextCursor": string;
  /** The run has ended and there is nothing after these items. */
  "complete": boolean;
};

export type LogEntry = {
  "attempt": number;
  "seq": number;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "at": string;
  "stream": "stdout" | "stderr" | "belfry";
  "text": string;
};

export type Backfill = {
  "id": string;
  "scheduleName": string;
  "timezone": string;
  "status": "running" | "cancelling" | "cancelled" | "finished";
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "from": string;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "to": string;
  "overlap": "skip" | "queue" | "concurrent" | "replace";
  "parallel": number;
  /** How many fires there were to run when it was asked for. */
  "fires": number;
  /** The fires from here on are still to come; null: there are none. */
  "nextFrom": string | null;
  /** How many runs it has of each status. */
  "runs": {
    "pending"?: number | undefined;
    "dispatched"?: number | undefined;
    "running"?: number | undefined;
    "succeeded"?: number | undefined;
    "failed"?: number | undefined;
    "cancelled"?: number | undefined;
    "skipped"?: number | undefined;
  };
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "cancelledAt": string | null;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "createdAt": string;
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "finishedAt": string | null;
};

export type Plan = {
  /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
  "now": string;
  "created": (string)[];
  "updated": ({
    "current": {
      "id": string;
      "name": string;
      "description": string;
      /** A cron expression, or several, one a line. */
      "cron": string | null;
      /** The IANA zone on whose clock expressions and blackouts are read. */
      "timezone": string;
      /** Seconds of elapsed time between two fires. */
      "everySec": number | null;
      /** An instant at which everySec fires. */
      "anchorAt": string | null;
      /** The one instant at which it fires. */
      "at": string | null;
      /** No fire comes before. */
      "startsAt": string | null;
      /** No fire comes after. */
      "endsAt": string | null;
      /** After so many runs it fires no more. */
      "maxRuns": number | null;
      /** Each fire is moved by a part of this that follows from the name. */
      "spreadSec": number;
      /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
      "dst": {
        "gap": "next-valid" | "skip";
        "fold": "first" | "last" | "both";
      };
      "blackouts": ({
        "when": string;
        /** What it is for. */
        "reason": string | null;
      })[];
      /** What becomes of a fire in a blackout. */
      "blackoutPolicy": "skip" | "defer";
      /** What becomes of missed fires. */
      "catchUp": "latest" | "none" | "all";
      /** A fire that is later than this is not caught up. */
      "catchUpWindowSec": number | null;
      /** When a failed attempt is followed by another one. */
      "retry": {
        /** How many there may be in all. */
        "attempts": number;
        "backoff": "fixed" | "exponential";
        /** In seconds. */
        "delaySec": number;
        /** In seconds. */
        "maxDelaySec": number;
        "on": ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[];
      } | null;
      /** What exit codes mean. */
      "exitCodes": Record<string, "skip" | "retry" | "fail">;
      /** Seconds from SIGTERM to SIGKILL. */
      "graceSec": number;
      /** How many runs may wait for their turn. */
      "queueDepth": number | null;
      /** How many runs may be under way at once. */
      "maxConcurrent": number | null;
      /** A name that schedules share, and how many of their runs may be under way at once. */
      "concurrencyGroup": {
        "name": string;
        "limit": number;
      } | null;
      /** Of runs that are ready, those of a higher priority start first. */
      "priority": number;
      /** A run that has waited longer for its start is skipped. */
      "startDeadlineSec": number | null;
      /** After so many failures in a row its fires are skipped. */
      "pauseAfter": number | null;
      /** Seconds after the last failure until one run may try again. */
      "coolDownSec": number;
      /** How long ended runs are kept, in seconds. */
      "keepSec": number | null;
      /** How many ended runs are kept. */
      "keepRuns": number | null;
      "overlap": string;
      "timeoutSec": number;
      "run": (string)[] | string;
      "cwd": string | null;
      /** The names only: values may be private. */
      "env": (string)[];
      /** The names of the secrets that its environment refers to. */
      "secrets": (string)[];
      "installationId": number | null;
      "source": string | null;
      "enabled": boolean;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "pausedAt": string | null;
      "pauseReason": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "retiredAt": string | null;
      /** The next fire, also one that a blackout will skip. */
      "nextFireAt": string | null;
      /** The next fire that no blackout skips. */
      "nextRunAt": string | null;
      /** Of the runs that maxRuns allows; counted only while there is such a limit. */
      "runsMade": number;
      "lastError": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "lastErrorAt": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "createdAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "updatedAt": string;
      /** Another one after each edit, pause, resume and retirement. */
      "revision": string;
    };
    /** Its next fire is worked out anew, from now; else it stays. */
    "rearm": boolean;
    "fields": ({
      "field": string;
      "from"?: unknown | undefined;
      "to"?: unknown | undefined;
    })[];
    /** The names only: values may be private. */
    "env": {
      "added": (string)[];
      "removed": (string)[];
      "changed": (string)[];
    };
  })[];
  "retired": ({
    "name": string;
    /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
    "nextRunAt": string | null;
  })[];
  "unchanged": number;
  /** They exist and belong to another owner, so that an apply is refused. */
  "foreign": (string)[];
};

export type Applied = {
  "source": string;
  "created": (string)[];
  "updated": (string)[];
  "retired": (string)[];
  "unchanged": number;
};

/** What each operation takes and answers. */
export interface Operations {
  /** Schedules in the order of their names. */
  listSchedules: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
      all?: "true" | "false" | undefined;
      search?: string | undefined;
      state?: "on" | "paused" | "off" | "ended" | "retired" | "error" | undefined;
      source?: "" | string | undefined;
      lastStatus?: "pending" | "dispatched" | "running" | "succeeded" | "failed" | "cancelled" | "skipped" | undefined;
    };
    answer: {
      "items": (Schedule)[];
      "nextCursor": string | null;
    };
  };
  /** Create a schedule; one that was deleted comes back with its history. */
  createSchedule: {
    params: {
      idempotencyKey?: string | undefined;
      body: NewSchedule;
    };
    answer: Schedule;
  };
  /** One schedule. */
  getSchedule: {
    params: {
      name: string;
    };
    answer: Schedule;
  };
  /** Change fields of a schedule that no manifest owns; what is left out stays. */
  editSchedule: {
    params: {
      name: string;
      ifMatch?: string | undefined;
      body: ScheduleEdit;
    };
    answer: Schedule;
  };
  /** Retire a schedule that no manifest owns: it fires no more, and its history stays. */
  deleteSchedule: {
    params: {
      name: string;
      ifMatch?: string | undefined;
    };
    answer: undefined;
  };
  /** Ask for a run by hand. */
  triggerSchedule: {
    params: {
      name: string;
      idempotencyKey?: string | undefined;
      body?: {
        /** Names and texts that the job gets as BELFRY_PARAM_NAME. */
        "parameters"?: Record<string, string> | undefined;
      };
    };
    answer: Run;
  };
  /** Keep a schedule from firing. */
  pauseSchedule: {
    params: {
      name: string;
      ifMatch?: string | undefined;
      body?: {
        "reason"?: string | undefined;
      };
    };
    answer: Schedule;
  };
  /** Let a schedule fire again, from now on. */
  resumeSchedule: {
    params: {
      name: string;
      ifMatch?: string | undefined;
    };
    answer: Schedule;
  };
  /** The next fires of a schedule, as if it were not paused or off. */
  listNextFires: {
    params: {
      name: string;
      count?: number | undefined;
      after?: string | undefined;
    };
    answer: ComingFires;
  };
  /** The next fires of a definition that is not saved. */
  previewFires: {
    params: {
      body: {
        /** What H and spreadSec follow from. */
        "name"?: string | undefined;
        "run"?: (string)[] | string | undefined;
        "description"?: string | undefined;
        /** A cron expression; or several: a list, or one a line. */
        "cron"?: string | (string)[] | null | undefined;
        "timezone"?: string | undefined;
        /** Seconds of elapsed time between two fires. */
        "everySec"?: number | null | undefined;
        /** An instant at which everySec fires. */
        "anchorAt"?: string | null | undefined;
        /** The one instant at which it fires. */
        "at"?: string | null | undefined;
        /** No fire comes before. */
        "startsAt"?: string | null | undefined;
        /** No fire comes after. */
        "endsAt"?: string | null | undefined;
        /** After so many runs it fires no more. */
        "maxRuns"?: number | null | undefined;
        /** Each fire is moved by a part of this that follows from the name. */
        "spreadSec"?: number | undefined;
        /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
        "dst"?: {
          "gap": "next-valid" | "skip";
          "fold": "first" | "last" | "both";
        } | undefined;
        "blackouts"?: ({
          "when": string;
          "reason": string | null;
        })[] | undefined;
        /** What becomes of a fire in a blackout. */
        "blackoutPolicy"?: "skip" | "defer" | undefined;
        /** What becomes of missed fires. */
        "catchUp"?: "latest" | "none" | "all" | undefined;
        /** A fire that is later than this is not caught up. */
        "catchUpWindowSec"?: number | null | undefined;
        /** When a failed attempt is followed by another one; all but attempts has a default. */
        "retry"?: {
          "attempts": number;
          "backoff"?: "fixed" | "exponential" | undefined;
          "delaySec"?: number | undefined;
          "maxDelaySec"?: number | undefined;
          "on"?: ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[] | undefined;
        } | null | undefined;
        /** What exit codes mean. */
        "exitCodes"?: Record<string, "skip" | "retry" | "fail"> | undefined;
        /** Seconds from SIGTERM to SIGKILL. */
        "graceSec"?: number | undefined;
        /** How many runs may wait for their turn. */
        "queueDepth"?: number | null | undefined;
        /** How many runs may be under way at once. */
        "maxConcurrent"?: number | null | undefined;
        /** A name that schedules share, and how many of their runs may be under way at once. */
        "concurrencyGroup"?: {
          "name": string;
          "limit": number;
        } | null | undefined;
        /** Of runs that are ready, those of a higher priority start first. */
        "priority"?: number | undefined;
        /** A run that has waited longer for its start is skipped. */
        "startDeadlineSec"?: number | null | undefined;
        /** After so many failures in a row its fires are skipped. */
        "pauseAfter"?: number | null | undefined;
        /** Seconds after the last failure until one run may try again. */
        "coolDownSec"?: number | undefined;
        /** How long ended runs are kept, in seconds. */
        "keepSec"?: number | null | undefined;
        /** How many ended runs are kept. */
        "keepRuns"?: number | null | undefined;
        "overlap"?: "skip" | "queue" | "concurrent" | "replace" | undefined;
        "timeoutSec"?: number | undefined;
        "cwd"?: string | null | undefined;
        /** Names, and values or references to secrets. */
        "env"?: Record<string, string | {
          /** The name of a secret; a run gets its value. */
          "secret": string;
          /** The provider to ask; else each in the server's order. */
          "from"?: "store" | "environment" | "files" | "command" | undefined;
        }> | undefined;
        "installationId"?: number | null | undefined;
        "enabled"?: boolean | undefined;
        "count"?: number | undefined;
        "after"?: string | undefined;
      };
    };
    answer: ComingFires;
  };
  /** Runs, the newest first. */
  listRuns: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
      schedule?: string | undefined;
      status?: string | undefined;
      backfill?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
    };
    answer: {
      "items": (Run)[];
      "nextCursor": string | null;
    };
  };
  /** One run, its attempts and its events. */
  getRun: {
    params: {
      id: string;
    };
    answer: RunDetail;
  };
  /** A run's output. */
  getRunLogs: {
    params: {
      id: string;
      cursor?: string | undefined;
      from?: string | undefined;
      tail?: number | undefined;
      limit?: number | undefined;
      waitMs?: number | null | undefined;
    };
    answer: LogPage;
  };
  /** A run's output as it comes, until the run has ended (server-sent events). */
  streamRunLogs: {
    params: {
      id: string;
      lastEventId?: string | undefined;
    };
    answer: string;
  };
  /** Ask for a run's end. */
  cancelRun: {
    params: {
      id: string;
    };
    answer: Run;
  };
  /** Do a run that has ended once more: a new run, with the same parameters and the same fire time for its job. */
  rerunRun: {
    params: {
      id: string;
      idempotencyKey?: string | undefined;
    };
    answer: Run;
  };
  /** Ask for runs of past fires. */
  createBackfill: {
    params: {
      name: string;
      idempotencyKey?: string | undefined;
      body: {
        /** The first instant whose fire counts. */
        "from": string;
        /** The last one; not after now. */
        "to": string;
        /** How its runs go with the schedule's others. */
        "overlap"?: "skip" | "queue" | "concurrent" | undefined;
        /** How many of its runs may be under way at once: 1, or 5 with the policy concurrent. */
        "parallel"?: number | undefined;
        /** Say what would happen, and do nothing. */
        "dryRun"?: boolean | undefined;
      };
    };
    answer: {
      /** Null: it was a dry run. */
      "backfill": Backfill | null;
      "scheduleName": string;
      "timezone": string;
      "counts": {
        /** The fires of the range that no blackout skips. */
        "fires": number;
        /** Those that get a run. */
        "toRun": number;
        /** Those of toRun that have a row which was skipped, and is run now. */
        "takenUp": number;
        /** Those that have a run, and are left alone. */
        "hasRun": number;
        /** Those of toRun that another run stands for. */
        "covered": number;
        /** The fires that are left out, because they are in a blackout. */
        "blackout": number;
      };
      /** The first of the fires, those in a blackout too. */
      "fires": ({
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "fireTime": string;
        /** It gets a run, its skipped row is run, its row is left alone, or it is left out. */
        "action": "run" | "take_up" | "leave" | "blackout";
        /** The row that it has. */
        "runId": string | null;
        "status": "pending" | "dispatched" | "running" | "succeeded" | "failed" | "cancelled" | "skipped" | null;
        "skipReason": "overlap" | "queue_full" | "replaced" | "start_deadline" | "circuit_open" | "exit_code" | "late" | "catch_up_limit" | "blackout" | "paused" | "edited" | "schedule_error" | "retired" | null;
        /** The run that stands for it, if it has no row of its own. */
        "coveredBy": string | null;
      })[];
    };
  };
  /** Backfills, the newest first. */
  listBackfills: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
      schedule?: string | undefined;
    };
    answer: {
      "items": (Backfill)[];
      "nextCursor": string | null;
    };
  };
  /** One backfill, and how far it has come. */
  getBackfill: {
    params: {
      id: string;
      waitMs?: number | null | undefined;
    };
    answer: Backfill;
  };
  /** End a backfill and its runs. */
  cancelBackfill: {
    params: {
      id: string;
    };
    answer: Backfill;
  };
  /** What became of the fires of a stretch of time, and why. */
  explainFires: {
    params: {
      name: string;
      from: string;
      to: string;
    };
    answer: {
      "scheduleName": string;
      "timezone": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "from": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "to": string;
      /** The instant at which this was so. */
      "now": string;
      "fires": ({
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "fireAt": string;
        "verdict": "ran" | "running" | "waiting" | "failed" | "cancelled" | "skipped" | "covered" | "pending_tick" | "paused" | "off" | "retired" | "ended" | "schedule_error" | "not_yet_created" | "changed_since" | "future" | "blackout" | "unknown";
        /** English, with instants on the schedule's clock. */
        "words": string;
        /** The row that tells of it: its own, or the one that stands for it. */
        "runId": string | null;
      })[];
      /** There are more fires in this time than are told of. */
      "more": boolean;
      /** Clock changes in this time, and why there is no fire in it. */
      "notes": (string)[];
      /** If there is no fire in this time: the one right before. */
      "before": string | null;
      /** If there is no fire in this time: the one right after. */
      "after": string | null;
    };
  };
  /** What an apply of a manifest would change; nothing is written. */
  planManifest: {
    params: {
      body: {
        /** All that the manifest says. */
        "schedules": ({
          "name": string;
          "description": string;
          "cron": string | null;
          "timezone": string;
          /** Seconds of elapsed time between two fires. */
          "everySec": number | null;
          /** An instant at which everySec fires. */
          "anchorAt": string | null;
          /** The one instant at which it fires. */
          "at": string | null;
          /** No fire comes before. */
          "startsAt": string | null;
          /** No fire comes after. */
          "endsAt": string | null;
          /** After so many runs it fires no more. */
          "maxRuns": number | null;
          /** Each fire is moved by a part of this that follows from the name. */
          "spreadSec": number;
          /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
          "dst": {
            "gap": "next-valid" | "skip";
            "fold": "first" | "last" | "both";
          };
          "blackouts": ({
            "when": string;
            "reason": string | null;
          })[];
          /** What becomes of a fire in a blackout. */
          "blackoutPolicy": "skip" | "defer";
          /** What becomes of missed fires. */
          "catchUp": "latest" | "none" | "all";
          /** A fire that is later than this is not caught up. */
          "catchUpWindowSec": number | null;
          /** When a failed attempt is followed by another one. */
          "retry"?: {
            /** How many there may be in all. */
            "attempts": number;
            "backoff": "fixed" | "exponential";
            /** In seconds. */
            "delaySec": number;
            /** In seconds. */
            "maxDelaySec": number;
            "on": ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[];
          } | null | undefined;
          /** What exit codes mean. */
          "exitCodes"?: Record<string, "skip" | "retry" | "fail"> | undefined;
          /** Seconds from SIGTERM to SIGKILL. */
          "graceSec"?: number | undefined;
          /** How many runs may wait for their turn. */
          "queueDepth"?: number | null | undefined;
          /** How many runs may be under way at once. */
          "maxConcurrent"?: number | null | undefined;
          /** A name that schedules share, and how many of their runs may be under way at once. */
          "concurrencyGroup"?: {
            "name": string;
            "limit": number;
          } | null | undefined;
          /** Of runs that are ready, those of a higher priority start first. */
          "priority"?: number | undefined;
          /** A run that has waited longer for its start is skipped. */
          "startDeadlineSec"?: number | null | undefined;
          /** After so many failures in a row its fires are skipped. */
          "pauseAfter"?: number | null | undefined;
          /** Seconds after the last failure until one run may try again. */
          "coolDownSec"?: number | undefined;
          /** How long ended runs are kept, in seconds. */
          "keepSec"?: number | null | undefined;
          /** How many ended runs are kept. */
          "keepRuns"?: number | null | undefined;
          "overlap": "skip" | "queue" | "concurrent" | "replace";
          "timeoutSec": number;
          "run": (string)[] | string;
          "cwd": string | null;
          /** Names, and values or references to secrets. */
          "env": Record<string, string | {
            /** The name of a secret; a run gets its value. */
            "secret": string;
            /** The provider to ask; else each in the server's order. */
            "from"?: "store" | "environment" | "files" | "command" | undefined;
          }>;
          "installationId": number | null;
          "enabled": boolean;
        })[];
        /** As whom it would be applied: the server's own manifest, or the source of an apply. */
        "source"?: string | undefined;
      };
    };
    answer: Plan;
  };
  /** Make the schedules of an owner what a manifest says, all of it or nothing. */
  applyManifest: {
    params: {
      idempotencyKey?: string | undefined;
      body: {
        /** All that the manifest says. */
        "schedules": ({
          "name": string;
          "description": string;
          "cron": string | null;
          "timezone": string;
          /** Seconds of elapsed time between two fires. */
          "everySec": number | null;
          /** An instant at which everySec fires. */
          "anchorAt": string | null;
          /** The one instant at which it fires. */
          "at": string | null;
          /** No fire comes before. */
          "startsAt": string | null;
          /** No fire comes after. */
          "endsAt": string | null;
          /** After so many runs it fires no more. */
          "maxRuns": number | null;
          /** Each fire is moved by a part of this that follows from the name. */
          "spreadSec": number;
          /** What becomes of times that the clocks leave out (gap) or show twice (fold). */
          "dst": {
            "gap": "next-valid" | "skip";
            "fold": "first" | "last" | "both";
          };
          "blackouts": ({
            "when": string;
            "reason": string | null;
          })[];
          /** What becomes of a fire in a blackout. */
          "blackoutPolicy": "skip" | "defer";
          /** What becomes of missed fires. */
          "catchUp": "latest" | "none" | "all";
          /** A fire that is later than this is not caught up. */
          "catchUpWindowSec": number | null;
          /** When a failed attempt is followed by another one. */
          "retry"?: {
            /** How many there may be in all. */
            "attempts": number;
            "backoff": "fixed" | "exponential";
            /** In seconds. */
            "delaySec": number;
            /** In seconds. */
            "maxDelaySec": number;
            "on": ("exit_code" | "signal" | "timeout" | "spawn" | "dispatch" | "shutdown" | "secret" | number)[];
          } | null | undefined;
          /** What exit codes mean. */
          "exitCodes"?: Record<string, "skip" | "retry" | "fail"> | undefined;
          /** Seconds from SIGTERM to SIGKILL. */
          "graceSec"?: number | undefined;
          /** How many runs may wait for their turn. */
          "queueDepth"?: number | null | undefined;
          /** How many runs may be under way at once. */
          "maxConcurrent"?: number | null | undefined;
          /** A name that schedules share, and how many of their runs may be under way at once. */
          "concurrencyGroup"?: {
            "name": string;
            "limit": number;
          } | null | undefined;
          /** Of runs that are ready, those of a higher priority start first. */
          "priority"?: number | undefined;
          /** A run that has waited longer for its start is skipped. */
          "startDeadlineSec"?: number | null | undefined;
          /** After so many failures in a row its fires are skipped. */
          "pauseAfter"?: number | null | undefined;
          /** Seconds after the last failure until one run may try again. */
          "coolDownSec"?: number | undefined;
          /** How long ended runs are kept, in seconds. */
          "keepSec"?: number | null | undefined;
          /** How many ended runs are kept. */
          "keepRuns"?: number | null | undefined;
          "overlap": "skip" | "queue" | "concurrent" | "replace";
          "timeoutSec": number;
          "run": (string)[] | string;
          "cwd": string | null;
          /** Names, and values or references to secrets. */
          "env": Record<string, string | {
            /** The name of a secret; a run gets its value. */
            "secret": string;
            /** The provider to ask; else each in the server's order. */
            "from"?: "store" | "environment" | "files" | "command" | undefined;
          }>;
          "installationId": number | null;
          "enabled": boolean;
        })[];
        /** The owner of these schedules. What it owned and no longer names is retired. */
        "source"?: string | undefined;
      };
    };
    answer: Applied;
  };
  /** How long the last runs of each schedule took. */
  listDurations: {
    params: Record<never, never>;
    answer: {
      "items": ({
        "scheduleName": string;
        /** How many of its last runs were measured, at most 50. */
        "runs": number;
        /** Half of them took no longer. */
        "p50Ms": number;
        /** 19 of 20 took no longer. */
        "p95Ms": number;
      })[];
    };
  };
  /** Who did what, the newest first. */
  listAudit: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
      actorKind?: "user" | "key" | "local" | "run" | "system" | undefined;
      actorId?: string | undefined;
      actor?: string | undefined;
      action?: string | undefined;
      targetKind?: "schedule" | "run" | "backfill" | "manifest" | "secret" | "key" | "user" | "session" | "system" | undefined;
      target?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
    };
    answer: {
      "items": ({
        /** Grows with each entry. */
        "id": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "at": string;
        "actor": {
          "kind": "user" | "key" | "local" | "run" | "system";
          /** Of the user, key or run; null: there is but one of the kind. */
          "id": string | null;
          /** As it was then. */
          "name": string;
        };
        /** What it was done to, and what was done: schedule.paused. */
        "action": string;
        "targetKind": "schedule" | "run" | "backfill" | "manifest" | "secret" | "key" | "user" | "session" | "system";
        /** Its name, or its id. */
        "target": string;
        /** What was changed, as it was. Never a secret. */
        "before": Record<string, unknown> | null;
        /** What it was changed to. Never a secret. */
        "after": Record<string, unknown> | null;
        /** Where the request came from; null: from within. */
        "address": string | null;
        "requestId": string | null;
      })[];
      "nextCursor": string | null;
    };
  };
  /** The audit log as lines of JSON, in the order in which it was written. */
  exportAudit: {
    params: {
      after?: string | undefined;
      actorKind?: "user" | "key" | "local" | "run" | "system" | undefined;
      actorId?: string | undefined;
      actor?: string | undefined;
      action?: string | undefined;
      targetKind?: "schedule" | "run" | "backfill" | "manifest" | "secret" | "key" | "user" | "session" | "system" | undefined;
      target?: string | undefined;
      from?: string | undefined;
      to?: string | undefined;
    };
    answer: string;
  };
  /** Who one is, and what one may do. */
  getSession: {
    params: Record<never, never>;
    answer: {
      /** A person, an API key, or whoever has the token of the data directory. */
      "kind": "user" | "key" | "local" | "run" | "system";
      "id": string | null;
      "name": string;
      "rights": ("schedules.read" | "schedules.operate" | "schedules.write" | "runs.read" | "runs.operate" | "secrets.read" | "secrets.write" | "keys.read" | "keys.write" | "users.read" | "users.write" | "audit.read" | "system.read")[];
    };
  };
  /** Sign out. */
  endSession: {
    params: Record<never, never>;
    answer: {
      /** How many sessions were ended. */
      "ended": number;
    };
  };
  /** One's own sessions, the newest first. */
  listSessions: {
    params: Record<never, never>;
    answer: {
      "items": ({
        "id": string;
        /** It is the one that asks. */
        "isThis": boolean;
        /** In which way one signed in. */
        "way": "link" | "password" | "passkey" | "oidc" | "github";
        "address": string | null;
        "userAgent": string | null;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** Within a minute. */
        "lastSeenAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "expiresAt": string;
      })[];
    };
  };
  /** Sign out everywhere. */
  endAllSessions: {
    params: Record<never, never>;
    answer: {
      /** How many sessions were ended. */
      "ended": number;
    };
  };
  /** End one of one's own sessions. */
  endOneSession: {
    params: {
      id: string;
    };
    answer: {
      /** How many sessions were ended. */
      "ended": number;
    };
  };
  /** Set one's own password; other sessions end. */
  changePassword: {
    params: {
      body: {
        /** Needed if there is a password. */
        "current"?: string | undefined;
        "next": string;
      };
    };
    answer: {
      "changed": true;
    };
  };
  /** One's own passkeys. */
  listPasskeys: {
    params: Record<never, never>;
    answer: {
      "items": ({
        "id": string;
        "name": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "lastUsedAt": string | null;
      })[];
    };
  };
  /** Remove one of one's own passkeys. */
  removePasskey: {
    params: {
      id: string;
    };
    answer: {
      "changed": true;
    };
  };
  /** API keys, the newest first. */
  listKeys: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
      revoked?: "true" | "false" | undefined;
    };
    answer: {
      "items": ({
        "id": string;
        "name": string;
        /** The beginning of its text, to tell keys apart. */
        "prefix": string;
        "scopes": ("schedules.read" | "schedules.operate" | "schedules.write" | "runs.read" | "runs.operate" | "secrets.read" | "secrets.write" | "keys.read" | "keys.write" | "users.read" | "users.write" | "audit.read" | "system.read")[];
        "madeBy": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "expiresAt": string | null;
        /** Within a minute. */
        "lastUsedAt": string | null;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "revokedAt": string | null;
      })[];
      "nextCursor": string | null;
    };
  };
  /** Make an API key. */
  createKey: {
    params: {
      body: {
        /** What it is for. */
        "name": string;
        /** What it may; no more than who makes it. */
        "scopes": ("schedules.read" | "schedules.operate" | "schedules.write" | "runs.read" | "runs.operate" | "secrets.read" | "secrets.write" | "keys.read" | "keys.write" | "users.read" | "users.write" | "audit.read" | "system.read")[];
        /** When it ends by itself; without it, never. */
        "expiresAt"?: string | undefined;
      };
    };
    answer: {
      "key": {
        "id": string;
        "name": string;
        /** The beginning of its text, to tell keys apart. */
        "prefix": string;
        "scopes": ("schedules.read" | "schedules.operate" | "schedules.write" | "runs.read" | "runs.operate" | "secrets.read" | "secrets.write" | "keys.read" | "keys.write" | "users.read" | "users.write" | "audit.read" | "system.read")[];
        "madeBy": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "expiresAt": string | null;
        /** Within a minute. */
        "lastUsedAt": string | null;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "revokedAt": string | null;
      };
      /** The key itself. This is the only time that it is shown. */
      "text": string;
    };
  };
  /** Take an API key's power away for ever. */
  revokeKey: {
    params: {
      id: string;
    };
    answer: {
      "id": string;
      "name": string;
      /** The beginning of its text, to tell keys apart. */
      "prefix": string;
      "scopes": ("schedules.read" | "schedules.operate" | "schedules.write" | "runs.read" | "runs.operate" | "secrets.read" | "secrets.write" | "keys.read" | "keys.write" | "users.read" | "users.write" | "audit.read" | "system.read")[];
      "madeBy": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "createdAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "expiresAt": string | null;
      /** Within a minute. */
      "lastUsedAt": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "revokedAt": string | null;
    };
  };
  /** Users in the order of their names. */
  listUsers: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    answer: {
      "items": ({
        "id": string;
        "name": string;
        "displayName": string;
        "email": string | null;
        "role": "viewer" | "operator" | "admin";
        "hasPassword": boolean;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "disabledAt": string | null;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "updatedAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "lastSignInAt": string | null;
      })[];
      "nextCursor": string | null;
    };
  };
  /** Add a user, and make a link that lets them in once. */
  createUser: {
    params: {
      body: {
        /** What one signs in with. */
        "name": string;
        "role": "viewer" | "operator" | "admin";
        /** For people to read. */
        "displayName"?: string | undefined;
        "email"?: string | null | undefined;
      };
    };
    answer: {
      "user": {
        "id": string;
        "name": string;
        "displayName": string;
        "email": string | null;
        "role": "viewer" | "operator" | "admin";
        "hasPassword": boolean;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "disabledAt": string | null;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "updatedAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "lastSignInAt": string | null;
      };
      "link": {
        /** Lets its first reader in, once. */
        "url": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "expiresAt": string;
      };
    };
  };
  /** One user. */
  getUser: {
    params: {
      name: string;
    };
    answer: {
      "id": string;
      "name": string;
      "displayName": string;
      "email": string | null;
      "role": "viewer" | "operator" | "admin";
      "hasPassword": boolean;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "disabledAt": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "createdAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "updatedAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "lastSignInAt": string | null;
    };
  };
  /** Change a user's role and the like, or keep them out. */
  updateUser: {
    params: {
      name: string;
      body: {
        "role"?: "viewer" | "operator" | "admin" | undefined;
        /** For people to read. */
        "displayName"?: string | undefined;
        "email"?: string | null | undefined;
        /** Who is disabled is signed out and cannot come in. */
        "disabled"?: boolean | undefined;
      };
    };
    answer: {
      "id": string;
      "name": string;
      "displayName": string;
      "email": string | null;
      "role": "viewer" | "operator" | "admin";
      "hasPassword": boolean;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "disabledAt": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "createdAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "updatedAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "lastSignInAt": string | null;
    };
  };
  /** Remove a user, with their sessions, passkeys and keys. */
  removeUser: {
    params: {
      name: string;
    };
    answer: {
      "id": string;
      "name": string;
      "displayName": string;
      "email": string | null;
      "role": "viewer" | "operator" | "admin";
      "hasPassword": boolean;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "disabledAt": string | null;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "createdAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "updatedAt": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "lastSignInAt": string | null;
    };
  };
  /** Make a link that lets somebody in, once. */
  createSignInLink: {
    params: {
      body: {
        /** Whom it lets in; without it the owner, on a server that has no users yet. */
        "user"?: string | undefined;
      };
    };
    answer: {
      /** Lets its first reader in, once. */
      "url": string;
      /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
      "expiresAt": string;
    };
  };
  /** Secrets in the order of their names, without their values. */
  listSecrets: {
    params: {
      cursor?: string | undefined;
      limit?: number | undefined;
    };
    answer: {
      "items": ({
        "name": string;
        "version": number;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "createdAt": string;
        /** An instant in UTC, such as 2026-11-23T13:30:00.000Z. */
        "updatedAt": string;
        "updatedBy": string;
        /** The schedules that refer to it. */
        "schedules": (string)[];
      })[];
      "nextCursor": string | null;
    };
  };
  /** Keep a new version of a secret. */
  setSecret: {
    params: {
      name: string;
      body: {
        /** At most 64 KiB of text. Nobody can read it here again. */
        "value": string;
      };
    };
    answer: {
      "name": string;
      "version": number;
    };
  };
  /** Forget a secret. */
  removeSecret: {
    params: {
      name: string;
      force?: "true" | "false" | undefined;
    };
    answer: {
      "name": string;
      "version": number;
    };
  };
  /** Whether the secrets that schedules refer to can be had. */
  checkSecrets: {
    params: Record<never, never>;
    answer: {
      "items": ({
        /** The secret's name; `provider:name` if the schedules name a provider. */
        "key": string;
        "schedules": (string)[];
        /** The provider that has it; null: nobody has. */
        "from": "store" | "environment" | "files" | "command" | null;
        /** Why a provider could not say. */
        "problem": string | null;
      })[];
    };
  };
  /** Encrypt all secrets under a new data key. */
  rotateDataKey: {
    params: Record<never, never>;
    answer: {
      /** How many were encrypted anew. */
      "values": number;
    };
  };
  /** Change the master key, or wrap the data keys by the one that the server was given. */
  rotateMasterKey: {
    params: Record<never, never>;
    answer: {
      /** How many data keys were wrapped anew. */
      "dataKeys": number;
      /** False: the key comes from the environment, and is changed there. */
      "changed": boolean;
    };
  };
  /** How the installation is. */
  diagnose: {
    params: Record<never, never>;
    answer: {
      /** The worst of the findings. */
      "status": "ok" | "warn" | "fail";
      "findings": ({
        /** What was looked at. */
        "check": string;
        "status": "ok" | "warn" | "fail";
        /** One line. */
        "summary": string;
        /** What to do about it. */
        "advice": string | null;
      })[];
    };
  };
  /** This API as an OpenAPI document. */
  getOpenApi: {
    params: Record<never, never>;
    answer: Record<string, unknown>;
  };
  /** This API as a page for people. */
  getDocs: {
    params: Record<never, never>;
    answer: string;
  };
  /** The style of the page for people. */
  getDocsStyle: {
    params: Record<never, never>;
    answer: string;
  };
}

/** How each operation is asked. */
export const operations = {
  listSchedules: {"method":"GET","path":"/schedules","query":["cursor","limit","all","search","state","source","lastStatus"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  createSchedule: {"method":"POST","path":"/schedules","query":[],"headers":["idempotency-key"],"answer":"json","holds":["id","name","description","cron","timezone","everySec","anchorAt","at","startsAt","endsAt","maxRuns","spreadSec","dst","blackouts","blackoutPolicy","catchUp","catchUpWindowSec","retry","exitCodes","graceSec","queueDepth","maxConcurrent","concurrencyGroup","priority","startDeadlineSec","pauseAfter","coolDownSec","keepSec","keepRuns","overlap","timeoutSec","run","cwd","env","secrets","installationId","source","enabled","pausedAt","pauseReason","retiredAt","breaker","nextFireAt","nextRunAt","runsMade","lastError","lastErrorAt","createdAt","updatedAt","revision","lastRun"]},
  getSchedule: {"method":"GET","path":"/schedules/{name}","query":[],"headers":[],"answer":"json","holds":["id","name","description","cron","timezone","everySec","anchorAt","at","startsAt","endsAt","maxRuns","spreadSec","dst","blackouts","blackoutPolicy","catchUp","catchUpWindowSec","retry","exitCodes","graceSec","queueDepth","maxConcurrent","concurrencyGroup","priority","startDeadlineSec","pauseAfter","coolDownSec","keepSec","keepRuns","overlap","timeoutSec","run","cwd","env","secrets","installationId","source","enabled","pausedAt","pauseReason","retiredAt","breaker","nextFireAt","nextRunAt","runsMade","lastError","lastErrorAt","createdAt","updatedAt","revision","lastRun"]},
  editSchedule: {"method":"PATCH","path":"/schedules/{name}","query":[],"headers":["if-match"],"answer":"json","holds":["id","name","description","cron","timezone","everySec","anchorAt","at","startsAt","endsAt","maxRuns","spreadSec","dst","blackouts","blackoutPolicy","catchUp","catchUpWindowSec","retry","exitCodes","graceSec","queueDepth","maxConcurrent","concurrencyGroup","priority","startDeadlineSec","pauseAfter","coolDownSec","keepSec","keepRuns","overlap","timeoutSec","run","cwd","env","secrets","installationId","source","enabled","pausedAt","pauseReason","retiredAt","breaker","nextFireAt","nextRunAt","runsMade","lastError","lastErrorAt","createdAt","updatedAt","revision","lastRun"]},
  deleteSchedule: {"method":"DELETE","path":"/schedules/{name}","query":[],"headers":["if-match"],"answer":"none","holds":[]},
  triggerSchedule: {"method":"POST","path":"/schedules/{name}/trigger","query":[],"headers":["idempotency-key"],"answer":"json","holds":["id","scheduleName","status","errorKind","errorMessage","skipReason","attempt","failures","retryAt","priority","fireTime","fireReason","coversFrom","coversCount","backfillId","rerunOf","parameters","exitCode","exitSignal","cancelRequestedAt","createdAt","dispatchedAt","startedAt","finishedAt"]},
  pauseSchedule: {"method":"POST","path":"/schedules/{name}/pause","query":[],"headers":["if-match"],"answer":"json","holds":["id","name","description","cron","timezone","everySec","anchorAt","at","startsAt","endsAt","maxRuns","spreadSec","dst","blackouts","blackoutPolicy","catchUp","catchUpWindowSec","retry","exitCodes","graceSec","queueDepth","maxConcurrent","concurrencyGroup","priority","startDeadlineSec","pauseAfter","coolDownSec","keepSec","keepRuns","overlap","timeoutSec","run","cwd","env","secrets","installationId","source","enabled","pausedAt","pauseReason","retiredAt","breaker","nextFireAt","nextRunAt","runsMade","lastError","lastErrorAt","createdAt","updatedAt","revision","lastRun"]},
  resumeSchedule: {"method":"POST","path":"/schedules/{name}/resume","query":[],"headers":["if-match"],"answer":"json","holds":["id","name","description","cron","timezone","everySec","anchorAt","at","startsAt","endsAt","maxRuns","spreadSec","dst","blackouts","blackoutPolicy","catchUp","catchUpWindowSec","retry","exitCodes","graceSec","queueDepth","maxConcurrent","concurrencyGroup","priority","startDeadlineSec","pauseAfter","coolDownSec","keepSec","keepRuns","overlap","timeoutSec","run","cwd","env","secrets","installationId","source","enabled","pausedAt","pauseReason","retiredAt","breaker","nextFireAt","nextRunAt","runsMade","lastError","lastErrorAt","createdAt","updatedAt","revision","lastRun"]},
  listNextFires: {"method":"GET","path":"/schedules/{name}/next","query":["count","after"],"headers":[],"answer":"json","holds":["now","timezone","items","runsLeft"]},
  previewFires: {"method":"POST","path":"/preview","query":[],"headers":[],"answer":"json","holds":["now","timezone","items","runsLeft"]},
  listRuns: {"method":"GET","path":"/runs","query":["cursor","limit","schedule","status","backfill","from","to"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  getRun: {"method":"GET","path":"/runs/{id}","query":[],"headers":[],"answer":"json","holds":["id","scheduleName","status","errorKind","errorMessage","skipReason","attempt","failures","retryAt","priority","fireTime","fireReason","coversFrom","coversCount","backfillId","rerunOf","parameters","exitCode","exitSignal","cancelRequestedAt","createdAt","dispatchedAt","startedAt","finishedAt","attempts","events"]},
  getRunLogs: {"method":"GET","path":"/runs/{id}/logs","query":["cursor","from","tail","limit","waitMs"],"headers":[],"answer":"json","holds":["items","nextCursor","complete"]},
  streamRunLogs: {"method":"GET","path":"/runs/{id}/logs/stream","query":[],"headers":["last-event-id"],"answer":"text","holds":[]},
  cancelRun: {"method":"POST","path":"/runs/{id}/cancel","query":[],"headers":[],"answer":"json","holds":["id","scheduleName","status","errorKind","errorMessage","skipReason","attempt","failures","retryAt","priority","fireTime","fireReason","coversFrom","coversCount","backfillId","rerunOf","parameters","exitCode","exitSignal","cancelRequestedAt","createdAt","dispatchedAt","startedAt","finishedAt"]},
  rerunRun: {"method":"POST","path":"/runs/{id}/rerun","query":[],"headers":["idempotency-key"],"answer":"json","holds":["id","scheduleName","status","errorKind","errorMessage","skipReason","attempt","failures","retryAt","priority","fireTime","fireReason","coversFrom","coversCount","backfillId","rerunOf","parameters","exitCode","exitSignal","cancelRequestedAt","createdAt","dispatchedAt","startedAt","finishedAt"]},
  createBackfill: {"method":"POST","path":"/schedules/{name}/backfills","query":[],"headers":["idempotency-key"],"answer":"json","holds":["backfill","scheduleName","timezone","counts","fires"]},
  listBackfills: {"method":"GET","path":"/backfills","query":["cursor","limit","schedule"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  getBackfill: {"method":"GET","path":"/backfills/{id}","query":["waitMs"],"headers":[],"answer":"json","holds":["id","scheduleName","timezone","status","from","to","overlap","parallel","fires","nextFrom","runs","cancelledAt","createdAt","finishedAt"]},
  cancelBackfill: {"method":"POST","path":"/backfills/{id}/cancel","query":[],"headers":[],"answer":"json","holds":["id","scheduleName","timezone","status","from","to","overlap","parallel","fires","nextFrom","runs","cancelledAt","createdAt","finishedAt"]},
  explainFires: {"method":"GET","path":"/schedules/{name}/explain","query":["from","to"],"headers":[],"answer":"json","holds":["scheduleName","timezone","from","to","now","fires","more","notes","before","after"]},
  planManifest: {"method":"POST","path":"/plan","query":[],"headers":[],"answer":"json","holds":["now","created","updated","retired","unchanged","foreign"]},
  applyManifest: {"method":"POST","path":"/apply","query":[],"headers":["idempotency-key"],"answer":"json","holds":["source","created","updated","retired","unchanged"]},
  listDurations: {"method":"GET","path":"/durations","query":[],"headers":[],"answer":"json","holds":["items"]},
  listAudit: {"method":"GET","path":"/audit","query":["cursor","limit","actorKind","actorId","actor","action","targetKind","target","from","to"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  exportAudit: {"method":"GET","path":"/audit/export","query":["after","actorKind","actorId","actor","action","targetKind","target","from","to"],"headers":[],"answer":"text","holds":[]},
  getSession: {"method":"GET","path":"/session","query":[],"headers":[],"answer":"json","holds":["kind","id","name","rights"]},
  endSession: {"method":"DELETE","path":"/session","query":[],"headers":[],"answer":"json","holds":["ended"]},
  listSessions: {"method":"GET","path":"/sessions","query":[],"headers":[],"answer":"json","holds":["items"]},
  endAllSessions: {"method":"DELETE","path":"/sessions","query":[],"headers":[],"answer":"json","holds":["ended"]},
  endOneSession: {"method":"DELETE","path":"/sessions/{id}","query":[],"headers":[],"answer":"json","holds":["ended"]},
  changePassword: {"method":"PUT","path":"/account/password","query":[],"headers":[],"answer":"json","holds":["changed"]},
  listPasskeys: {"method":"GET","path":"/account/passkeys","query":[],"headers":[],"answer":"json","holds":["items"]},
  removePasskey: {"method":"DELETE","path":"/account/passkeys/{id}","query":[],"headers":[],"answer":"json","holds":["changed"]},
  listKeys: {"method":"GET","path":"/keys","query":["cursor","limit","revoked"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  createKey: {"method":"POST","path":"/keys","query":[],"headers":[],"answer":"json","holds":["key","text"]},
  revokeKey: {"method":"DELETE","path":"/keys/{id}","query":[],"headers":[],"answer":"json","holds":["id","name","prefix","scopes","madeBy","createdAt","expiresAt","lastUsedAt","revokedAt"]},
  listUsers: {"method":"GET","path":"/users","query":["cursor","limit"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  createUser: {"method":"POST","path":"/users","query":[],"headers":[],"answer":"json","holds":["user","link"]},
  getUser: {"method":"GET","path":"/users/{name}","query":[],"headers":[],"answer":"json","holds":["id","name","displayName","email","role","hasPassword","disabledAt","createdAt","updatedAt","lastSignInAt"]},
  updateUser: {"method":"PATCH","path":"/users/{name}","query":[],"headers":[],"answer":"json","holds":["id","name","displayName","email","role","hasPassword","disabledAt","createdAt","updatedAt","lastSignInAt"]},
  removeUser: {"method":"DELETE","path":"/users/{name}","query":[],"headers":[],"answer":"json","holds":["id","name","displayName","email","role","hasPassword","disabledAt","createdAt","updatedAt","lastSignInAt"]},
  createSignInLink: {"method":"POST","path":"/links","query":[],"headers":[],"answer":"json","holds":["url","expiresAt"]},
  listSecrets: {"method":"GET","path":"/secrets","query":["cursor","limit"],"headers":[],"answer":"json","holds":["items","nextCursor"]},
  setSecret: {"method":"PUT","path":"/secrets/{name}","query":[],"headers":[],"answer":"json","holds":["name","version"]},
  removeSecret: {"method":"DELETE","path":"/secrets/{name}","query":["force"],"headers":[],"answer":"json","holds":["name","version"]},
  checkSecrets: {"method":"GET","path":"/secret-check","query":[],"headers":[],"answer":"json","holds":["items"]},
  rotateDataKey: {"method":"POST","path":"/secret-keys/rotate-data-key","query":[],"headers":[],"answer":"json","holds":["values"]},
  rotateMasterKey: {"method":"POST","path":"/secret-keys/rotate-master","query":[],"headers":[],"answer":"json","holds":["dataKeys","changed"]},
  diagnose: {"method":"GET","path":"/doctor","query":[],"headers":[],"answer":"json","holds":["status","findings"]},
  getOpenApi: {"method":"GET","path":"/openapi.json","query":[],"headers":[],"answer":"json","holds":[]},
  getDocs: {"method":"GET","path":"/docs","query":[],"headers":[],"answer":"text","holds":[]},
  getDocsStyle: {"method":"GET","path":"/docs.css","query":[],"headers":[],"answer":"text","holds":[]},
} as const;
