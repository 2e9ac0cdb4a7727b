import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startTimer } from "./long-timer.js";

const dayMs = 86_400_000;

describe("a timer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([0, 5, 24 * dayMs, 25 * dayMs, 100 * dayMs])("of %i ms fires once, and not before", (ms) => {
    const act = vi.fn<() => void>();
    startTimer(ms, act);
    vi.advanceTimersByTime(Math.max(0, ms - 1));
    expect(act).toHaveBeenCalledTimes(ms === 0 ? act.mock.calls.length : 0);
    vi.advanceTimersByTime(2 * dayMs);
    expect(act).toHaveBeenCalledTimes(1);
  });

  it("that was called off does not fire, even in its second stretch", () => {
    const act = vi.fn<() => void>();
    const callOff = startTimer(60 * dayMs, act);
    vi.advanceTimersByTime(30 * dayMs);
    callOff();
    vi.advanceTimersByTime(100 * dayMs);
    expect(act).not.toHaveBeenCalled();
  });
});
