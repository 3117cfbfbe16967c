/** An event of Chrome's trace; times in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  /** Of the processor, without waiting for others; not in every trace. */
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
}

interface Frames {
  /** From each frame that was drawn to the next. */
  readonly apartMs: readonly number[]
  /** Script of the page between them, in time of the processor. */
  readonly scriptMs: readonly number[]
}

/** What a page runs by itself: these hold all further calls. */
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

/** Without those that lie in others of the same thread. */
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
