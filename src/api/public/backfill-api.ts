import type { AuditedAct } from "../../core/audited-act.js";
import type { PublicApi } from "./caller.js";
import { change, changeOnce } from "./change.js";
import type { z } from "zod";
import type { BackfillPreview, PreviewedFire } from "../../core/backfill/preview.js";
import { type Backfill, backfillStatus, usualParallel } from "../../core/backfill/backfill.js";
import type { WantedBackfill } from "../../core/backfill/check-backfill.js";
import { cancelBackfillWithin, createBackfillWithin, tryBackfill } from "../../scheduler/create-backfill.js";
import { type Deps } from "../../scheduler/deps.js";
import { countRunsOf, getBackfill, listBackfills } from "../../store/backfills.js";
import type { Queryable } from "../../store/database.js";
import { backfillChanged } from "../../store/notify.js";
import { getSchedule } from "../../store/schedules.js";
import type { RunChanges } from "../run-changes.js";
import * as routes from "./backfill-routes.js";
import type { AskedBackfillJson, backfillBody, BackfillJson, PreviewedFireJson } from "./backfill-shapes.js";

type BackfillApiDeps = Pick<Deps, "pool" | "clock"> & { changes: RunChanges };

/** Adds all that can be asked of backfills. */
export function addBackfillRoutes(app: PublicApi, deps: BackfillApiDeps): void {
  const { pool } = deps;

  app.openapi(routes.createBackfillRoute, async (c) => {
    const { name } = c.req.valid("param");
    const { dryRun, ...body } = c.req.valid("json");
    const { timezone } = await getSchedule(pool, name);
    const answered = { scheduleName: name, timezone };
    if (dryRun) {
      const preview = await tryBackfill(deps, name, wantedOf(body));
      return c.json({ ...answered, backfill: null, ...previewJson(preview) }, 200);
    }
    const once = await changeOnce<AskedBackfillJson>(deps, c, async (session) => {
      const { backfill, ...preview } = await createBackfillWithin(deps, session, name, wantedOf(body));
      const json = await withRuns(session, backfill);
      return {
        acts: [actOn(json, "created")],
        answer: {
          body: { ...answered, backfill: json, ...previewJson(preview) },
          headers: { location: `/api/v1/backfills/${json.id}` },
        },
      };
    });
    return c.json(once.body, 201, once.headers);
  });

  app.openapi(routes.listBackfillsRoute, async (c) => {
    const { cursor, limit, schedule: name } = c.req.valid("query");
    const scheduleId = name === undefined ? null : (await getSchedule(pool, name)).id;
    const found = await listBackfills(pool, { cursor: cursor ?? null, limit: limit + 1, scheduleId });
    const items = await allWithRuns(pool, found.slice(0, limit));
    return c.json({ items, nextCursor: found.length > limit ? items.at(-1)!.id : null }, 200);
  });

  app.openapi(routes.getBackfillRoute, async (c) => {
    const { id } = c.req.valid("param");
    // Listening begins before the look, so that no news falls between the two.
    const changed = deps.changes.next(backfillChanged(id), c.req.valid("query").waitMs);
    const backfill = await getBackfill(pool, id);
    if (backfill.finishedAt === null) await changed;
    return c.json(await withRuns(pool, await getBackfill(pool, id)), 200);
  });

  app.openapi(routes.cancelBackfillRoute, async (c) => {
    const cancelled = await change(deps, c, async (session) => {
      const answer = await withRuns(
        session,
        await cancelBackfillWithin(deps, session, c.req.valid("param").id),
      );
      return { acts: [actOn(answer, "cancelled")], answer };
    });
    return c.json(cancelled, 200);
  });
}

function actOn(
  { id, scheduleName, from, to, fires }: BackfillJson,
  done: "created" | "cancelled",
): AuditedAct {
  const after = { schedule: scheduleName, from, to, fires };
  return { action: `backfill.${done}`, targetKind: "backfill", target: id, after };
}

function wantedOf(body: Omit<z.output<typeof backfillBody>, "dryRun">): WantedBackfill {
  const { from, to, overlap, parallel } = body;
  return { from, to, overlap, parallel: parallel ?? usualParallel(overlap) };
}

async function withRuns(db: Queryable, backfill: Backfill): Promise<BackfillJson> {
  const [json] = await allWithRuns(db, [backfill]);
  return json!;
}

async function allWithRuns(db: Queryable, backfills: readonly Backfill[]): Promise<BackfillJson[]> {
  const counts = await countRunsOf(
    db,
    backfills.map(({ id }) => id),
  );
  return backfills.map((backfill) => ({
    id: backfill.id,
    scheduleName: backfill.scheduleName,
    timezone: backfill.timezone,
    status: backfillStatus(backfill),
    from: backfill.from.toISOString(),
    to: backfill.to.toISOString(),
    overlap: backfill.overlap,
    parallel: backfill.parallel,
    fires: backfill.fires,
    nextFrom: backfill.nextFrom?.toISOString() ?? null,
    runs: counts.get(backfill.id)!,
    cancelledAt: backfill.cancelledAt?.toISOString() ?? null,
    createdAt: backfill.createdAt.toISOString(),
    finishedAt: backfill.finishedAt?.toISOString() ?? null,
  }));
}

function previewJson({ counts, fires }: BackfillPreview): Pick<AskedBackfillJson, "counts" | "fires"> {
  return { counts, fires: fires.map(previewedFireJson) };
}

function previewedFireJson({ fireMs, ...fire }: PreviewedFire): PreviewedFireJson {
  return { fireTime: new Date(fireMs).toISOString(), ...fire };
}
