import type { Colours } from './colours.ts'
import type { Painted } from './paint.ts'
import type { Offset, Sheet } from './sheets.ts'

/** A small picture of the whole matrix, with a frame around the visible part. */
export class Minimap {
  readonly #canvas: HTMLCanvasElement
  readonly #ended = new AbortController()
  #tiles: Painted | undefined
  #colours: Colours | undefined

  /** @param onGo receives the position of a click, as shares of height and width, below 1 */
  constructor(canvas: HTMLCanvasElement, onGo: (down: number, across: number) => void) {
    this.#canvas = canvas
    const click = ({ offsetX, offsetY }: MouseEvent) =>
      onGo(shareOf(offsetY, canvas.clientHeight), shareOf(offsetX, canvas.clientWidth))
    canvas.addEventListener('click', click, { signal: this.#ended.signal })
    this.#canvas.width = Math.round(canvas.clientWidth * devicePixelRatio)
    this.#canvas.height = Math.round(canvas.clientHeight * devicePixelRatio)
  }

  close(): void {
    this.#ended.abort()
  }

  show(tiles: Painted | undefined, colours: Colours | undefined): void {
    this.#tiles = tiles
    this.#colours = colours
  }

  /** @param room in CSS pixels */
  draw(
    { rows, columns, unit }: Sheet,
    { top, left }: Offset,
    room: { readonly width: number; readonly height: number },
  ): void {
    const context = this.#canvas.getContext('2d')
    if (context === null || this.#colours === undefined || rows === 0 || columns === 0) return
    const { width, height } = this.#canvas
    context.fillStyle = this.#colours.paper
    context.fillRect(0, 0, width, height)
    const picture = this.#tiles?.layers[0]?.picture
    if (picture !== undefined) context.drawImage(picture, 0, 0, width, height)
    context.strokeStyle = this.#colours.focus
    context.lineWidth = Math.round(2 * devicePixelRatio)
    const wide = Math.min(1, room.width / unit / columns) * width
    const tall = Math.min(1, room.height / unit / rows) * height
    // In a matrix of a million cells the frame is tiny; it gets a minimum size, so that it can be seen.
    context.strokeRect((left / columns) * width, (top / rows) * height, Math.max(4, wide), Math.max(4, tall))
  }
}

function shareOf(offset: number, length: number): number {
  return Math.min(0.999999, Math.max(0, offset / length))
}
