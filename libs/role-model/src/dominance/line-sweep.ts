import { isWithin } from '@assay/mining'
import { cellsPerStep } from '../cells-per-step.ts'
import type { Step } from '../run-hooks.ts'
import type { GrowingLog } from './dominance-log.ts'
import type { Lines } from './lines.ts'
import { MetCrossings } from './met-crossings.ts'

/** Whether the grant of a line at a crossing must stay because of other grants of the line. */
type IsBarred = (line: number, crossing: number) => boolean

/**
 * For each live grant of a line it looks for other live grants of the line at crossings that all lines of X have. The lines
 * that are live at the grant's crossing are all in X, so it begins with the crossings that all these lines have. Usually there
 * are none. For those that there are, it checks the other lines of X one after the other.
 *
 * A sweep skips a crossing if no line with that crossing has lost a grant since the last sweep.
 */
export class LineSweep {
  private readonly lines: Lines
  private readonly across: Lines
  private readonly live: Uint8Array
  private readonly log: GrowingLog
  private readonly onStep: Step
  private readonly isBarred: IsBarred | undefined
  /** For each crossing the grant of the current line, -1 if there is none; and whether that grant may be dropped. */
  private readonly grantOf: Int32Array
  private readonly mayDrop: Uint8Array
  /** For each line whether it is in X of the current line, and the number of the turn for which this was computed. */
  private readonly asked: Int32Array
  private readonly isInX: Uint8Array
  private readonly liveAtLastSweep: Int32Array
  private readonly crossingChanged: Uint8Array
  private readonly liveInCrossing: Int32Array
  private readonly everMet: MetCrossings
  /** The grants that were live when the sweep began. Line `l` has those from `liveOffset[l]` up to `liveOffset[l + 1]`. */
  private readonly liveOffset: Uint32Array
  private readonly liveGrant: Uint32Array
  private readonly liveCrossing: Uint32Array
  private candidates = new Uint32Array(64)
  private turn = 0

  constructor(
    lines: Lines,
    across: Lines,
    live: Uint8Array,
    log: GrowingLog,
    onStep: Step,
    isBarred: IsBarred | undefined,
  ) {
    this.lines = lines
    this.across = across
    this.live = live
    this.log = log
    this.onStep = onStep
    this.isBarred = isBarred
    this.grantOf = new Int32Array(across.count).fill(-1)
    this.mayDrop = new Uint8Array(across.count)
    this.asked = new Int32Array(lines.count).fill(-1)
    this.isInX = new Uint8Array(lines.count)
    this.liveAtLastSweep = new Int32Array(lines.count).fill(-1)
    this.crossingChanged = new Uint8Array(across.count)
    this.liveInCrossing = new Int32Array(across.count)
    this.everMet = new MetCrossings(lines.offset, lines.crossing, across, live)
    this.liveOffset = new Uint32Array(lines.count + 1)
    this.liveGrant = new Uint32Array(lines.grant.length)
    this.liveCrossing = new Uint32Array(lines.grant.length)
  }

  /** Drops the implied grants along each line. */
  sweep(): void {
    const { liveOffset } = this
    const { count } = this.lines
    this.listLive()
    this.markChanged()
    for (let line = 0; line < count; line++) {
      // A grant that is alone in its line implies nothing in it.
      if (liveOffset[line + 1]! - liveOffset[line]! > 1) this.sweepLine(line)
    }
  }

  private listLive(): void {
    const { live, liveInCrossing, liveOffset, liveGrant, liveCrossing } = this
    const { offset, crossing, grant, count } = this.lines
    liveInCrossing.fill(0)
    let liveCount = 0
    for (let line = 0; line < count; line++) {
      liveOffset[line] = liveCount
      for (let at = offset[line]!; at < offset[line + 1]!; at++) {
        if (live[grant[at]!] === 0) continue
        liveGrant[liveCount] = grant[at]!
        liveCrossing[liveCount++] = crossing[at]!
        liveInCrossing[crossing[at]!]!++
      }
    }
    liveOffset[count] = liveCount
  }

  /** Marks the crossings of lines that have lost grants since the last sweep. */
  private markChanged(): void {
    const { liveOffset, liveAtLastSweep, crossingChanged } = this
    const { offset, crossing, count } = this.lines
    crossingChanged.fill(0)
    for (let line = 0; line < count; line++) {
      const liveInLine = liveOffset[line + 1]! - liveOffset[line]!
      if (liveInLine === liveAtLastSweep[line]) continue
      for (let at = offset[line]!; at < offset[line + 1]!; at++) crossingChanged[crossing[at]!] = 1
      liveAtLastSweep[line] = liveInLine
    }
  }

  private sweepLine(line: number): void {
    const { live, liveOffset, liveGrant, liveCrossing, crossingChanged, everMet, across } = this
    this.turn++
    this.enterLine(line)
    for (let at = liveOffset[line]!; at < liveOffset[line + 1]!; at++) {
      const g = liveGrant[at]!
      const cross = liveCrossing[at]!
      if (live[g] === 0 || crossingChanged[cross] === 0) continue
      const cellsBefore = everMet.cells
      const found = this.candidatesOf(cross)
      const cells = everMet.cells - cellsBefore + found * (across.offset[cross + 1]! - across.offset[cross]!)
      if (!this.onStep(1 + cells / cellsPerStep)) break
      if (found > 0) this.drop(this.heldByAllOfX(line, cross, found), g)
    }
    this.leaveLine(line)
  }

  private enterLine(line: number): void {
    const { grantOf, mayDrop, live } = this
    const { offset, crossing, grant } = this.lines
    for (let at = offset[line]!; at < offset[line + 1]!; at++) {
      const cross = crossing[at]!
      grantOf[cross] = grant[at]!
      mayDrop[cross] = live[grant[at]!] === 0 || this.isBarred?.(line, cross) === true ? 0 : 1
    }
  }

  private leaveLine(line: number): void {
    const { grantOf, mayDrop } = this
    const { offset, crossing } = this.lines
    for (let at = offset[line]!; at < offset[line + 1]!; at++) {
      grantOf[crossing[at]!] = -1
      mayDrop[crossing[at]!] = 0
    }
  }

  /** Drops the grants of the first `count` candidates; `implier` is the reason. */
  private drop(count: number, implier: number): void {
    const { candidates, grantOf, mayDrop, live, liveInCrossing, log } = this
    for (let i = 0; i < count; i++) {
      const cross = candidates[i]!
      live[grantOf[cross]!] = 0
      mayDrop[cross] = 0
      liveInCrossing[cross]!--
      log.implier.push(implier)
      log.implied.push(grantOf[cross]!)
    }
  }

  /**
   * Finds the crossings whose grants may be dropped and that every line has which is live at `cross`. Ascending; returns their
   * number.
   */
  private candidatesOf(cross: number): number {
    const { mayDrop } = this
    const met = this.everMet.of(cross, this.liveInCrossing[cross]!)
    if (this.candidates.length < met.length) this.candidates = new Uint32Array(met.length * 2)
    const { candidates } = this
    let found = 0
    for (let i = 0; i < met.length; i++) if (mayDrop[met[i]!] === 1) candidates[found++] = met[i]!
    return found
  }

  /** Moves the candidates that all other lines of X have to the front, in their order. Returns their number. */
  private heldByAllOfX(line: number, cross: number, found: number): number {
    const { across, live, liveOffset, asked, isInX, candidates, turn } = this
    const { offset, crossing } = this.lines
    let left = found
    for (let at = across.offset[cross]!; at < across.offset[cross + 1]! && left > 0; at++) {
      const other = across.crossing[at]!
      // A line that is live at this crossing has all candidates.
      if (other === line || live[across.grant[at]!] === 1 || liveOffset[other] === liveOffset[other + 1]) continue
      if (asked[other] !== turn) {
        asked[other] = turn
        isInX[other] = this.isLiveNearby(other) ? 1 : 0
      }
      if (isInX[other] === 0) continue
      let kept = 0
      for (let i = 0; i < left; i++) {
        if (isWithin(crossing, candidates[i]!, offset[other]!, offset[other + 1]!)) candidates[kept++] = candidates[i]!
      }
      left = kept
    }
    return left
  }

  /** Whether a line has a live grant at a crossing of the current line. */
  private isLiveNearby(other: number): boolean {
    const { liveOffset, liveCrossing, liveGrant, grantOf, live } = this
    for (let at = liveOffset[other]!; at < liveOffset[other + 1]!; at++) {
      if (grantOf[liveCrossing[at]!]! >= 0 && live[liveGrant[at]!] === 1) return true
    }
    return false
  }
}
