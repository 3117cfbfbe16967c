/** An event of Chrome's trace; times in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  /** Processor time, without waiting; not in every trace. */
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
}

interface Frames {
  /** The times from each drawn frame to the next. */
  readonly apartMs: readonly number[]
  /** The script of the page between them, in processor time. */
  readonly scriptMs: readonly number[]
}

/** The events at which a page begins to run script; all further calls are inside of them. */
const scripts = new Set(['FunctionCall', 'FireAnimationFrame', 'EventDispatch', 'TimerFire', 'EvaluateScript'])

/** Reads a trace with frames. */
export function framesOf(trace: Buffer): Frames {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const drawn = traceEvents
    .filter(({ name }) => name === 'DrawFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const script = outermost(traceEvents.filter(({ name, ph }) => ph === 'X' && scripts.has(name)))
  const apartMs: number[] = []
  const scriptMs: number[] = []
  let at = 0
  for (let frame = 1; frame < drawn.length; frame++) {
    apartMs.push((drawn[frame]! - drawn[frame - 1]!) / 1000)
    let sum = 0
    for (; at < script.length && script[at]!.ts < drawn[frame]!; at++)
      if (script[at]!.ts >= drawn[frame - 1]!) sum += script[at]!.tdur ?? script[at]!.dur ?? 0
    scriptMs.push(sum / 1000)
  }
  if (apartMs.length < 10) throw new Error(`the trace has ${drawn.length} frames`)
  return { apartMs, scriptMs }
}

/** Leaves out events that are inside others of the same thread. */
function outermost(events: readonly TraceEvent[]): TraceEvent[] {
  const ends = new Map<number, number>()
  return events
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0, pid, tid }) => {
      const thread = pid * 1e6 + tid
      if (ts < (ends.get(thread) ?? 0)) return false
      ends.set(thread, ts + dur)
      return true
    })
}
