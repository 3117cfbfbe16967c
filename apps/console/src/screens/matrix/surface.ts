import { Frames, gutterOf, type Scene } from './frame.ts'
import type { Place } from './look.ts'
import { type Offset, offsetShowing, offsetWithin, type Rectangle, within } from './sheets.ts'

interface Listeners {
  /** Called when the window has stopped moving. */
  readonly onRest: (offset: Offset) => void
  readonly onPick: (place: Place) => void
  /** Called when the pointer has drawn a rectangle. */
  readonly onMark: (rectangle: Rectangle) => void
  /** Called after each frame, for example to update the minimap. */
  readonly onFrame: (offset: Offset) => void
}

/** A pointer that moved less than this makes a click. */
const leastDrag = 4
const restAfterMs = 150

/**
 * The canvas of a matrix: it moves by pointer and wheel, and draws when something has changed. While it moves, no other part of the page
 * is updated: listeners are called when it has stopped.
 */
export class Surface {
  readonly #canvas: HTMLCanvasElement
  readonly #frames: Frames
  readonly #listeners: Listeners
  readonly #ended = new AbortController()
  readonly #observer: ResizeObserver
  #scene: Scene | undefined
  #width = 0
  #height = 0
  #isMarking = false
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined

  constructor(canvas: HTMLCanvasElement, listeners: Listeners) {
    this.#canvas = canvas
    this.#frames = new Frames(canvas)
    this.#listeners = listeners
    this.#observer = new ResizeObserver(() => this.#resize())
    this.#observer.observe(canvas)
    const { signal } = this.#ended
    canvas.addEventListener('pointerdown', (event) => this.#press(event), { signal })
    canvas.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false })
    this.#resize()
  }

  close(): void {
    this.#ended.abort()
    this.#observer.disconnect()
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
  }

  /** Room for units in CSS pixels. */
  get room(): { readonly width: number; readonly height: number } {
    const gutter = this.#scene === undefined ? { left: 0, top: 0 } : gutterOf(this.#scene.sheet)
    return { width: Math.max(1, this.#width - gutter.left), height: Math.max(1, this.#height - gutter.top) }
  }

  /** Sets the shown scene; the offset stays unless the scene has one. */
  show(scene: Omit<Scene, 'offset'> & { readonly offset?: Offset | undefined }, isMarking: boolean): void {
    this.#isMarking = isMarking
    const offset = scene.offset ?? this.#scene?.offset ?? { top: 0, left: 0 }
    this.#scene = { ...scene, offset }
    this.#moveTo(offset)
  }

  /** Moves until a unit is completely visible. */
  bringIntoSight(place: Place): void {
    if (this.#scene === undefined) return
    const { width, height } = this.room
    this.#moveTo(offsetShowing(this.#scene.sheet, this.#scene.offset, place, width, height))
    this.#restSoon()
  }

  moveBy(rows: number, columns: number): void {
    if (this.#scene === undefined) return
    const { top, left } = this.#scene.offset
    this.#moveTo({ top: top + rows, left: left + columns })
    this.#restSoon()
  }

  #moveTo(offset: Offset): void {
    if (this.#scene === undefined) return
    const { width, height } = this.room
    this.#scene = { ...this.#scene, offset: offsetWithin(this.#scene.sheet, offset, width, height) }
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#frame = 0
    if (this.#scene === undefined) return
    this.#frames.draw(this.#scene)
    this.#listeners.onFrame(this.#scene.offset)
  }

  #restSoon(): void {
    clearTimeout(this.#rest)
    this.#rest = setTimeout(() => this.#scene && this.#listeners.onRest(this.#scene.offset), restAfterMs)
  }

  #resize(): void {
    this.#width = this.#canvas.clientWidth
    this.#height = this.#canvas.clientHeight
    this.#frames.resize(this.#width, this.#height)
    if (this.#scene === undefined) return
    this.#moveTo(this.#scene.offset)
    this.#restSoon()
  }

  /** The unit under the pointer; undefined outside the sheet. */
  #placeAt(event: PointerEvent): Place | undefined {
    if (this.#scene === undefined) return undefined
    const { sheet, offset } = this.#scene
    const gutter = gutterOf(sheet)
    const row = Math.floor((event.offsetY - gutter.top) / sheet.unit + offset.top)
    const column = Math.floor((event.offsetX - gutter.left) / sheet.unit + offset.left)
    const isInside = row >= 0 && column >= 0 && row < sheet.rows && column < sheet.columns
    return isInside ? { row, column } : undefined
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0 || this.#scene === undefined) return
    const start = this.#placeAt(event)
    const marks = this.#isMarking || event.shiftKey
    let [x, y] = [event.clientX, event.clientY]
    let moved = 0
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, this.#ended.signal])
    this.#canvas.setPointerCapture(event.pointerId)
    const move = (next: PointerEvent) => {
      moved = Math.max(moved, Math.abs(next.clientX - event.clientX), Math.abs(next.clientY - event.clientY))
      if (moved < leastDrag || this.#scene === undefined) return
      if (marks) {
        if (start !== undefined) this.#markTo(start, next)
        return
      }
      const { unit } = this.#scene.sheet
      const { top, left } = this.#scene.offset
      this.#moveTo({ top: top - (next.clientY - y) / unit, left: left - (next.clientX - x) / unit })
      ;[x, y] = [next.clientX, next.clientY]
    }
    const end = () => {
      ended.abort()
      if (moved < leastDrag) {
        if (start !== undefined) this.#listeners.onPick(start)
      } else if (!marks) this.#restSoon()
    }
    this.#canvas.addEventListener('pointermove', move, { signal })
    this.#canvas.addEventListener('pointerup', end, { signal })
    this.#canvas.addEventListener('pointercancel', () => ended.abort(), { signal })
  }

  #markTo(from: Place, event: PointerEvent): void {
    if (this.#scene === undefined) return
    const { sheet, offset } = this.#scene
    const gutter = gutterOf(sheet)
    const row = within(Math.floor((event.offsetY - gutter.top) / sheet.unit + offset.top), sheet.rows - 1)
    const column = within(Math.floor((event.offsetX - gutter.left) / sheet.unit + offset.left), sheet.columns - 1)
    this.#listeners.onMark({ from, to: { row, column } })
  }

  /** The wheel moves the matrix while it can, and the page at its ends. */
  #wheel(event: WheelEvent): void {
    if (this.#scene === undefined || event.ctrlKey) return
    const { unit } = this.#scene.sheet
    const before = this.#scene.offset
    const [across, down] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY]
    this.#moveTo({ top: before.top + down / unit, left: before.left + across / unit })
    const { offset } = this.#scene
    if (offset.top === before.top && offset.left === before.left) return
    event.preventDefault()
    this.#restSoon()
  }
}
